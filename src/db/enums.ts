/** The closed sets of values that tables, wire shapes and rules share. */

export const roles = ['owner', 'admin', 'waiter', 'cook', 'cashier'] as const
export type Role = (typeof roles)[number]

export const tableStatuses = ['free', 'busy'] as const
export type TableStatus = (typeof tableStatuses)[number]

export const orderStatuses = ['open', 'closed', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** What the price of a dish is for; what is sold by weight is counted in grams. */
export const saleUnits = ['pcs', 'kg', 'g'] as const
export type SaleUnit = (typeof saleUnits)[number]

export const paymentMethods = ['', 'cash', 'card', 'transfer', 'debt', 'split'] as const

/** Methods of a single payment: without debt, and without split, which is several payments. */
export const moneyMethods = ['cash', 'card', 'transfer'] as const
export type MoneyMethod = (typeof moneyMethods)[number]

export const taskStatuses = ['pending', 'in_progress', 'ready', 'cancelled'] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** Types of notifications. */
export const notificationTypes = ['kitchen_task_ready'] as const

/** Actions in the audit log. */
export const auditActions = ['create', 'update', 'delete'] as const

/** The audited resources; the migration of the audit log lists their tables. */
export const auditResources = [
  'company',
  'branch',
  'employee',
  'employee_branch',
  'role',
  'zone',
  'table',
  'category',
  'kitchen',
  'menu_item',
  'stop',
  'client',
  'booking',
  'order',
  'order_item',
  'payment',
  'refund',
] as const

export const bookingStatuses = ['booked', 'arrived', 'no_show', 'cancelled'] as const

/** Statuses of bookings that hold their table; the same as in the constraint `bookings_no_overlap`. */
export const holdingStatuses = [
  'booked',
  'arrived',
] as const satisfies readonly (typeof bookingStatuses)[number][]

/** Default length of a booking. */
export const usualBookingMinutes = 120
