import * as branches from '../accounts/branches/schema.ts'
import * as company from '../accounts/company/schema.ts'
import * as employees from '../accounts/employees/schema.ts'
import * as login from '../accounts/login/schema.ts'
import * as password from '../accounts/passwords/schema.ts'
import * as profile from '../accounts/profile/schema.ts'
import * as registration from '../accounts/registration/schema.ts'
import * as roles from '../accounts/roles/schema.ts'
import * as sessions from '../accounts/sessions/schema.ts'
import * as analytics from '../cafe/analytics/schema.ts'
import * as archive from '../cafe/archive/schema.ts'
import * as audit from '../cafe/audit/schema.ts'
import * as bookings from '../cafe/bookings/schema.ts'
import * as categories from '../cafe/categories/schema.ts'
import * as clients from '../cafe/clients/schema.ts'
import * as kitchen from '../cafe/kitchen/schema.ts'
import * as kitchens from '../cafe/kitchens/schema.ts'
import * as menu from '../cafe/menu/schema.ts'
import * as notifications from '../cafe/notifications/schema.ts'
import * as orderItems from '../cafe/orders/items/schema.ts'
import * as regroup from '../cafe/orders/merge-split/schema.ts'
import * as orders from '../cafe/orders/schema.ts'
import * as payments from '../cafe/payments/schema.ts'
import * as snapshot from '../cafe/snapshot/schema.ts'
import * as tables from '../cafe/tables/schema.ts'
import * as zones from '../cafe/zones/schema.ts'
import * as events from '../realtime/schema.ts'

const modules: readonly object[] = [
  analytics,
  archive,
  audit,
  bookings,
  branches,
  categories,
  clients,
  company,
  employees,
  events,
  kitchen,
  kitchens,
  login,
  menu,
  notifications,
  orderItems,
  orders,
  password,
  payments,
  profile,
  registration,
  regroup,
  roles,
  sessions,
  snapshot,
  tables,
  zones,
]

/** The shapes that the document has once, under the name by which their schema file exports them. */
export const components: ReadonlyMap<object, string> = new Map(
  modules
    .flatMap((module) => Object.entries(module))
    .flatMap(([name, schema]) => (isShape(schema) ? [[schema as object, name] as const] : [])),
)

/** Whether an export of a schema file is the schema of an object. */
export function isShape(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && (schema as { type?: unknown }).type === 'object'
}
