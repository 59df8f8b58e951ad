import { Type } from 'typebox'
import { roles } from '../../db/values.ts'
import { messages } from '../../language/messages.ts'
import { listQuery } from '../../lists.ts'
import { Nullable, QueryFlag, Text, Uuid } from '../../shapes.ts'
import type { Infer } from '../../shapes.ts'
import { passwordLength } from '../passwords.ts'

export const EmployeeRead = Type.Object({
  id: Uuid(),
  email: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  phone_number: Type.String(),
  role: Type.Enum([...roles]),
  role_display: Type.String({ examples: [messages.role_waiter.ru] }),
  branch_ids: Type.Array(Uuid()),
  primary_branch_id: Nullable(Uuid()),
  is_active: Type.Boolean(),
})
export type EmployeeRead = Infer<typeof EmployeeRead>

/** An address that a new login is made for. */
export const Email = () => Type.String({ maxLength: 254, format: 'email' })

/** A password as it is chosen. */
export const NewPassword = () =>
  Type.String({ minLength: passwordLength.minimum, maxLength: passwordLength.maximum })

const details = {
  first_name: Type.Optional(Text(150)),
  last_name: Type.Optional(Text(150)),
  phone_number: Type.Optional(Text(32)),
  branch_ids: Type.Optional(Type.Array(Uuid(), { maxItems: 1000 })),
  primary_branch_id: Type.Optional(Nullable(Uuid())),
}

export const EmployeeBody = Type.Object({
  email: Email(),
  password: NewPassword(),
  role: Type.Enum([...roles]),
  ...details,
})
export type EmployeeBody = Infer<typeof EmployeeBody>

export const EmployeePatch = Type.Object({
  email: Type.Optional(Email()),
  password: Type.Optional(NewPassword()),
  role: Type.Optional(Type.Enum([...roles])),
  is_active: Type.Optional(Type.Boolean()),
  ...details,
})
export type EmployeePatch = Infer<typeof EmployeePatch>

export const EmployeeQuery = Type.Object({
  ...listQuery,
  role: Type.Optional(Type.Enum([...roles])),
  is_active: Type.Optional(QueryFlag({ default: true, description: 'Former employees: false.' })),
  branch: Type.Optional(Uuid({ description: 'Who works in this branch.' })),
})
export type EmployeeQuery = Infer<typeof EmployeeQuery>

export const RoleRead = Type.Object({ id: Type.String(), code: Type.Enum([...roles]), name: Type.String() })
