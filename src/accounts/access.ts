import type { Role } from '../db/enums.ts'
import { ApiError } from '../http/errors.ts'
import type { Actor } from './actor.ts'
import { allowedBy, allows, permissions } from './permissions.ts'
import type { Permission } from './permissions.ts'

/**
 * Access flags of an employee, as front ends read and write them. Some flags grant or revoke permissions; the others
 * only tell a front end which menu entries to show.
 */
interface Flag {
  /** Roles that have the flag by default. */
  readonly roles: readonly Role[]
  readonly opens?: readonly Permission[]
}

const everyone: readonly Role[] = ['owner', 'admin', 'waiter', 'cook', 'cashier']
const managers: readonly Role[] = ['owner', 'admin']
const till: readonly Role[] = [...managers, 'cashier']
const service: readonly Role[] = [...till, 'waiter']

/** A flag that stands for permissions. A role has the flag if it holds the first of them. */
const opens = (first: Permission, ...others: Permission[]): Flag => ({
  roles: permissions[first],
  opens: [first, ...others],
})

const flags = {
  can_view_cafe_menu: { roles: everyone },
  can_view_cafe_orders: opens('orders.write'),
  can_view_cafe_cook: opens('tasks.cook'),
  can_view_cafe_purchasing: { roles: managers },
  can_view_cafe_booking: opens('bookings.write'),
  can_view_cafe_clients: opens('clients.read', 'clients.write'),
  can_view_cafe_tables: { roles: service },
  can_view_cafe_inventory: { roles: managers },
  can_view_cafe_calculation: { roles: managers },
  can_view_cafe_order_pay: opens('orders.pay'),
  can_view_cafe_order_return: opens('orders.refund'),
  can_view_analytics: opens('analytics.read'),
  can_view_products: { roles: managers },
  can_view_employees: { roles: managers },
  can_view_cashbox: { roles: till },
  can_view_cashier: { roles: till },
  can_view_shifts: { roles: till },
  can_view_sale: { roles: till },
  can_view_debts: { roles: till },
  can_view_clients: { roles: service },
  can_view_orders: { roles: service },
  can_view_booking: { roles: service },
  can_view_branch: { roles: managers },
  can_view_settings: { roles: managers },
  can_view_salary: { roles: managers },
  can_view_departments: { roles: managers },
  can_view_department_analytics: { roles: managers },
  can_view_brand_category: { roles: managers },
  can_view_catalog: { roles: managers },
  can_view_document: { roles: managers },
  can_view_documents: { roles: managers },
} as const satisfies Record<string, Flag>

export type AccessFlag = keyof typeof flags

/** Every flag, yes or no. */
export type Access = Readonly<Record<AccessFlag, boolean>>

/** The flags that are set explicitly; the others follow the role. */
export type AccessChoices = Partial<Access>

export const accessFlags = Object.keys(flags) as AccessFlag[]

/** What decides a person's access: the role, the custom role, and the person's own flags. */
export interface AccessHolder {
  readonly role: Role
  readonly customAccess: AccessChoices | null
  readonly access: AccessChoices
}

/** The flags of a person. The person's own flags override the custom role. An owner has every flag. */
export function accessOf({ role, customAccess, access }: AccessHolder): Access {
  const chosen = { ...customAccess, ...access }
  const entries = accessFlags.map((flag) => {
    const { roles }: Flag = flags[flag]
    return [flag, role === 'owner' || (chosen[flag] ?? roles.includes(role))] as const
  })
  return Object.fromEntries(entries) as Access
}

/** The permissions of a person: those of the role, changed by the flags. */
export function permissionsOf(holder: AccessHolder): ReadonlySet<Permission> {
  const all = Object.keys(permissions) as Permission[]
  const held = new Set(all.filter((permission) => allowedBy(holder.role, permission)))
  const access = accessOf(holder)
  for (const flag of accessFlags) {
    const { opens: opened = [] }: Flag = flags[flag]
    for (const permission of opened) {
      if (access[flag]) held.add(permission)
      else held.delete(permission)
    }
  }
  return held
}

/** The permissions that flags set to true would give. */
export const openedBy = (choices: AccessChoices): Permission[] =>
  accessFlags.flatMap((flag) => {
    const { opens: opened = [] }: Flag = flags[flag]
    return choices[flag] ? opened : []
  })

/**
 * An actor grants only permissions that it holds.
 * @throws ApiError `permission_denied`
 */
export function requireGrantable(actor: Pick<Actor, 'permissions'>, access: AccessChoices): void {
  if (openedBy(access).some((permission) => !allows(actor, permission))) {
    throw new ApiError('permission_denied')
  }
}

/** The access flags in a request body. */
export const accessIn = (body: AccessChoices): AccessChoices =>
  Object.fromEntries(accessFlags.flatMap((flag) => (body[flag] === undefined ? [] : [[flag, body[flag]]])))
