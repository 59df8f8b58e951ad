import type { Role } from '../db/enums.ts'
import { allowedBy, permissions } from './permissions.ts'
import type { Permission } from './permissions.ts'

/**
 * What an employee sees and may do, as the flags that front ends of this trade read and write. A flag that opens
 * permissions gives or takes them; the others are hints for the menu of a front end.
 */
interface Flag {
  /** Who has it unless somebody says otherwise. */
  readonly roles: readonly Role[]
  readonly opens?: readonly Permission[]
}

const everyone: readonly Role[] = ['owner', 'admin', 'waiter', 'cook', 'cashier']
const managers: readonly Role[] = ['owner', 'admin']
const till: readonly Role[] = [...managers, 'cashier']
const service: readonly Role[] = [...till, 'waiter']

/** A flag that is another name of permissions: who has the first of them has the flag. */
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

/** The flags that somebody set; the others follow the role. */
export type AccessChoices = Partial<Access>

export const accessFlags = Object.keys(flags) as AccessFlag[]

/** What decides the access of a person: their role, what its custom role says, what is said of them alone. */
export interface AccessHolder {
  readonly role: Role
  readonly customAccess: AccessChoices | null
  readonly access: AccessChoices
}

/** The flags of a person. The last word has what is said of them alone; an owner has all of them, whatever was said. */
export function accessOf({ role, customAccess, access }: AccessHolder): Access {
  const chosen = { ...customAccess, ...access }
  const entries = accessFlags.map((flag) => {
    const { roles }: Flag = flags[flag]
    return [flag, role === 'owner' || (chosen[flag] ?? roles.includes(role))] as const
  })
  return Object.fromEntries(entries) as Access
}

/** The permissions of a person: those of the role, and what the flags give or take. */
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

/** Of what a request carries, the flags alone. */
export const accessIn = (body: AccessChoices): AccessChoices =>
  Object.fromEntries(accessFlags.flatMap((flag) => (body[flag] === undefined ? [] : [[flag, body[flag]]])))
