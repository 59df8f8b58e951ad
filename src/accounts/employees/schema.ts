import { Type } from 'typebox'
import { roles } from '../../db/enums.ts'
import { messages } from '../../i18n/messages.ts'
import { listQuery } from '../../http/pagination.ts'
import { ignoredInPeople, ignoring } from '../../http/unknown-fields/ignored.ts'
import { Nullable, QueryFlag, LineOrNone, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { NewPassword } from '../passwords/schema.ts'
import { accessInput, accessRead } from '../roles/schema.ts'

export const EmployeeRead = Type.Object({
  id: Uuid(),
  email: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  phone_number: Type.String(),
  role: Type.Enum([...roles]),
  custom_role: Nullable(Uuid({ description: 'A role of the company’s own that rests on `role`.' })),
  role_display: Type.String({ examples: [messages.role_waiter.ru] }),
  branches: Type.Array(Uuid(), { description: 'The same as `branch_ids`.' }),
  branch_ids: Type.Array(Uuid()),
  primary_branch_id: Nullable(Uuid()),
  is_active: Type.Boolean(),
  ...accessRead,
})
export type EmployeeRead = Infer<typeof EmployeeRead>

/** An address that a new login is made for. */
export const Email = () => Type.String({ maxLength: 254, format: 'email' })

const names = {
  first_name: Type.Optional(LineOrNone(150)),
  last_name: Type.Optional(LineOrNone(150)),
  phone_number: Type.Optional(LineOrNone(32)),
}

const places = {
  branch_ids: Type.Optional(Type.Array(Uuid(), { maxItems: 1000 })),
  primary_branch_id: Type.Optional(Nullable(Uuid())),
}

/** What is sent over HTTP beside names and places. */
const details = {
  ...names,
  ...places,
  branches: Type.Optional(
    Type.Array(Uuid(), { maxItems: 1000, description: 'Another name of `branch_ids`.' }),
  ),
  role: Type.Optional(Nullable(Type.Enum([...roles], { description: 'Not needed beside a `custom_role`.' }))),
  custom_role: Type.Optional(
    Nullable(Uuid({ description: 'A role of the company’s own, from `users/roles/`.' })),
  ),
  ...accessInput,
}

/** A new login from the command line. */
export const EmployeeBody = Type.Object({
  email: Email(),
  password: NewPassword(),
  role: Type.Enum([...roles]),
  ...names,
  ...places,
})
export type EmployeeBody = Infer<typeof EmployeeBody>

export const HireBody = Type.Object(
  {
    email: Email(),
    /** The service generates one if it is missing. */
    password: Type.Optional(NewPassword()),
    ...details,
  },
  ignoring(ignoredInPeople),
)
export type HireBody = Infer<typeof HireBody>

/** An employee just hired. */
export const EmployeeHired = Type.Object({
  ...EmployeeRead.properties,
  generated_password: Type.Optional(
    Type.String({
      description: 'Made by the service when none was sent, and shown this once; not to a repetition.',
    }),
  ),
})
export type EmployeeHired = Infer<typeof EmployeeHired>

export const EmployeePatch = Type.Object(
  {
    email: Type.Optional(Email()),
    password: Type.Optional(NewPassword()),
    is_active: Type.Optional(Type.Boolean()),
    ...details,
  },
  ignoring(ignoredInPeople),
)
export type EmployeePatch = Infer<typeof EmployeePatch>

export const EmployeeQuery = Type.Object({
  ...listQuery,
  role: Type.Optional(Type.Enum([...roles])),
  custom_role: Type.Optional(Uuid()),
  is_active: Type.Optional(QueryFlag({ default: true, description: 'Former employees: false.' })),
  branch: Type.Optional(Uuid({ description: 'Who works in this branch.' })),
})
export type EmployeeQuery = Infer<typeof EmployeeQuery>
