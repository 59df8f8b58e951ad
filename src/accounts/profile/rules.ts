import type { Role } from '../../db/values.ts'
import { allows } from '../permissions.ts'

/** What a front end shows to a role. Hints for menus: what is allowed is decided by the permissions of each route. */
export function viewsOf(role: Role) {
  const manages = role === 'owner' || role === 'admin'
  const serves = manages || role === 'waiter' || role === 'cashier'
  const keepsTheTill = manages || role === 'cashier'
  return {
    can_view_cafe_menu: allows(role, 'menu.read'),
    can_view_cafe_orders: allows(role, 'orders.write'),
    can_view_cafe_cook: allows(role, 'tasks.cook'),
    can_view_cafe_purchasing: manages,
    can_view_cafe_booking: serves,
    can_view_cafe_clients: allows(role, 'clients.read'),
    can_view_cafe_tables: serves,
    can_view_cafe_inventory: manages,
    can_view_cafe_calculation: manages,
    can_view_cafe_order_pay: serves,
    can_view_cafe_order_return: keepsTheTill,
    can_view_analytics: allows(role, 'analytics.read'),
    can_view_products: manages,
    can_view_employees: allows(role, 'employees.write'),
    can_view_cashbox: keepsTheTill,
  }
}

export type Views = ReturnType<typeof viewsOf>
