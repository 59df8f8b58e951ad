import { Type } from 'typebox'
import type { TBoolean, TOptional } from 'typebox'
import { roles } from '../../db/enums.ts'
import { Line } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { accessFlags } from '../access.ts'
import type { AccessFlag } from '../access.ts'

/** Every access flag as it is read. */
export const accessRead = Object.fromEntries(accessFlags.map((flag) => [flag, Type.Boolean()])) as Record<
  AccessFlag,
  TBoolean
>

/** The access flags as they are set; those that are left out stay as they are. */
export const accessInput = Object.fromEntries(
  accessFlags.map((flag) => [flag, Type.Optional(Type.Boolean())]),
) as Record<AccessFlag, TOptional<TBoolean>>

/** The base roles of custom roles. There are no custom owner roles. */
export const baseRoles = ['admin', 'waiter', 'cook', 'cashier'] as const

/** A built-in or custom role. */
export const RoleRead = Type.Object({
  id: Type.String({ description: 'The code of a role of the service, the id of a custom role.' }),
  code: Type.Enum([...roles], { description: 'The role of the service, or the one a custom role rests on.' }),
  name: Type.String(),
  is_custom: Type.Boolean(),
  ...accessRead,
})
export type RoleRead = Infer<typeof RoleRead>

export const CustomRoleBody = Type.Object({
  name: Line(64),
  role: Type.Optional(
    Type.Enum([...baseRoles], {
      description: 'The role of the service that it rests on; without one, a waiter.',
    }),
  ),
  ...accessInput,
})
export type CustomRoleBody = Infer<typeof CustomRoleBody>

export const CustomRolePatch = Type.Object({
  name: Type.Optional(Line(64)),
  role: Type.Optional(Type.Enum([...baseRoles])),
  ...accessInput,
})
export type CustomRolePatch = Infer<typeof CustomRolePatch>
