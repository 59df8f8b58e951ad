import type { Access } from '../../src/plugins/auth.ts'
import type { House, Kind } from './house.ts'

/** What the isolation test has to know of a route to try it on one's own objects and on those of others. */
export interface Row {
  access: Access
  /** What the ids in the path are of. */
  of?: Kind
  /** A body that is accepted for an object of this house, whose ids the path has. */
  body?: (house: House, ids: readonly string[]) => Promise<object>
  /** Every id a body may carry, by its place in it (`items.0.menu_item`), and what it is of. */
  references?: Record<string, Kind>
  /**
   * Ids in the body that name nothing of others: own lines to be matched, the id of what is to be made, what the path has
   * said already.
   */
  unchecked?: string[]
  /** What one's own objects answer. Default: 201 for POST, 204 for DELETE, else 200. */
  status?: number
  /** What a person without a company gets. Default: 403, and 200 where `signed-in` is enough. */
  withoutCompany?: number
  /** Owners have to say which branch. */
  ofOneBranch?: true
  /** The object is one person's, here the owner's: nobody else finds it. */
  personal?: true
  /** What it must be asked with. */
  query?: string
  /** An unknown id in the body is skipped with a reason instead of a 400. */
  skips?: true
}

const title = async () => ({ title: `${Math.random()}` })
const number = async () => ({ title: 'x', number: Math.floor(Math.random() * 1e9) + 1 })
const nothing = async () => ({})

/** Rows of list, create, read, replace, change and delete. */
function resource(
  name: string,
  kind: Kind,
  permissions: { read: Access; write: Access; patch?: Access; remove?: Access },
  { body, references }: Pick<Row, 'body' | 'references'>,
): Record<string, Row> {
  const { read, write, patch = write, remove = write } = permissions
  const list = `/api/cafe/${name}/`
  // nothing moves to another branch: what a client sends back with the rest of the object is ignored
  const { branch: _, ...changeable } = references ?? {}
  const change = { of: kind, references: changeable, unchecked: ['branch'] }
  return {
    [`GET ${list}`]: { access: read },
    [`POST ${list}`]: { access: write, body, references },
    [`GET ${list}:id/`]: { access: read, of: kind },
    [`PUT ${list}:id/`]: { access: write, ...change, body },
    [`PATCH ${list}:id/`]: { access: patch, ...change, body: nothing },
    [`DELETE ${list}:id/`]: { access: remove, of: kind },
  }
}

/** Rows of somebody's own notifications. */
function notifications(list: string): Record<string, Row> {
  const access = 'notifications.read'
  const readAll: Row = {
    access,
    body: async (house) => ({ ids: [await house.id('notification')] }),
    references: { 'ids.0': 'notification' },
    status: 200,
    skips: true,
  }
  return {
    [`GET ${list}`]: { access },
    [`GET ${list}:id/`]: { access, of: 'notification', personal: true },
    [`POST ${list}:id/read/`]: { access, of: 'notification', status: 200 },
    [`POST ${list}read/`]: readAll,
    [`POST ${list}mark-all-read/`]: readAll,
  }
}

const open: Row = { access: 'public' }
const line = async (house: House) => ({ menu_item: await house.dish(), quantity: 1 })
const orderBody = async (house: House) => ({ items: [await line(house)] })
const firstLine = async ({ owner }: House, [orderId]: readonly string[]): Promise<string> => {
  const { body } = await owner.get<{ items: { id: string }[] }>(`/api/cafe/orders/${orderId}/`)
  return body.items[0]!.id
}
const ordersOfClient: Record<string, Kind> = {
  table: 'table',
  waiter: 'employee',
  'items.0.menu_item': 'menuItem',
}
const orderReferences: Record<string, Kind> = { ...ordersOfClient, client: 'client' }
const newOrder: Row = {
  access: 'orders.write',
  body: orderBody,
  references: { ...orderReferences, branch: 'branch' },
  unchecked: ['id'],
}
const changeOrder: Row = {
  access: 'orders.write',
  of: 'order',
  body: orderBody,
  references: orderReferences,
  unchecked: ['items.0.id'],
}
const changeLine: Row = { access: 'orders.write', of: 'line', body: async () => ({ quantity: 3 }) }
const step: Row = { access: 'tasks.cook', of: 'task', status: 200 }
const steps: Row = {
  access: 'tasks.cook',
  body: async (house) => ({ task_ids: [await house.id('task')] }),
  references: { 'task_ids.0': 'task' },
  status: 200,
  skips: true,
}
const employeeReferences: Record<string, Kind> = {
  'branch_ids.0': 'branch',
  'branches.0': 'branch',
  primary_branch_id: 'branch',
  custom_role: 'customRole',
}
const hire: Row = {
  access: 'employees.write',
  body: async ({ branch }) => ({
    email: `${Math.random()}@cafe.test`,
    password: 'correct horse',
    role: 'cook',
    branch_ids: [branch],
  }),
  references: employeeReferences,
}
const roleName = async () => ({ name: `${Math.random()}` })
const changeRole: Row = { access: 'employees.write', of: 'customRole' }

/** Every route of the service but HEAD, which goes with GET. A route that is not here fails the test. */
export const rows: Record<string, Row> = {
  'GET /': open,
  'GET /landing.css': open,
  'GET /landing.js': open,
  'GET /favicon.svg': open,
  'GET /api/openapi.json': open,
  'GET /api/docs': open,
  'GET /api/docs/json': open,
  'GET /api/docs/yaml': open,
  'GET /api/docs/static/*': open,
  'GET /api/docs/static/index.html': open,
  'GET /api/docs/static/swagger-initializer.js': open,
  'GET /api/cafe/audit-log/': { access: 'audit.read' },
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': open,
  // sockets say who they are after the upgrade: see the tests of the handshake
  'GET /ws/cafe/orders/': open,
  'GET /ws/cafe/tables/': open,
  'GET /ws/cafe/kitchen/': open,
  'GET /ws/notifications/': open,

  'POST /api/users/login/': open,
  'POST /api/auth/login/': open,
  'POST /api/users/auth/login/': open,
  'POST /api/users/logout/': open,
  'POST /api/auth/logout/': open,
  'POST /api/users/auth/logout/': open,
  'POST /api/users/refresh/': open,
  'POST /api/auth/refresh/': open,
  'POST /api/users/auth/refresh/': open,
  'POST /api/users/token/refresh/': open,
  'POST /api/token/refresh/': open,
  'POST /api/users/register/': open,
  'POST /api/users/auth/register/': open,
  'GET /api/users/industries/': open,
  'GET /api/users/subscription-plans/': open,

  'GET /api/users/profile/': { access: 'signed-in' },
  'PATCH /api/users/profile/': { access: 'signed-in', body: nothing },
  'POST /api/users/password/': { access: 'signed-in', withoutCompany: 400 },
  'PATCH /api/users/settings/change-password/': { access: 'signed-in', withoutCompany: 400 },
  'GET /api/users/sessions/': { access: 'signed-in' },
  'DELETE /api/users/sessions/:id/': {
    access: 'signed-in',
    of: 'session',
    personal: true,
    withoutCompany: 404,
  },
  'POST /api/ws-tickets/': { access: 'signed-in', withoutCompany: 201 },
  'GET /api/users/company/': { access: 'signed-in', withoutCompany: 404 },
  'PATCH /api/users/company/': { access: 'company.write', body: nothing },
  'GET /api/users/settings/company/': { access: 'signed-in', withoutCompany: 404 },
  'PATCH /api/users/settings/company/': { access: 'company.write', body: nothing },
  'GET /api/users/company/check-slug/': { access: 'company.write', query: '?slug=kafe' },
  'GET /api/users/roles/': { access: 'signed-in' },
  'POST /api/users/roles/custom/': { access: 'employees.write', body: roleName },
  'PUT /api/users/roles/custom/:id/': { ...changeRole, body: roleName },
  'PATCH /api/users/roles/custom/:id/': { ...changeRole, body: nothing },
  'DELETE /api/users/roles/custom/:id/': changeRole,
  'GET /api/users/branches/': { access: 'branches.read' },
  'POST /api/users/branches/': {
    access: 'branches.write',
    body: async () => ({ name: `${Math.random()}` }),
  },
  'GET /api/users/branches/:id/': { access: 'branches.read', of: 'branch' },
  'PUT /api/users/branches/:id/': {
    access: 'branches.write',
    of: 'branch',
    body: async () => ({ name: `${Math.random()}` }),
  },
  'PATCH /api/users/branches/:id/': { access: 'branches.write', of: 'branch', body: nothing },
  'DELETE /api/users/branches/:id/': { access: 'branches.write', of: 'branch' },
  'GET /api/users/employees/': { access: 'employees.read' },
  'POST /api/users/employees/': hire,
  'POST /api/users/employees/create/': hire,
  'GET /api/users/employees/:id/': { access: 'employees.read', of: 'employee' },
  'PATCH /api/users/employees/:id/': {
    access: 'employees.write',
    of: 'employee',
    body: nothing,
    references: employeeReferences,
  },
  'DELETE /api/users/employees/:id/': { access: 'employees.write', of: 'employee' },

  ...resource(
    'zones',
    'zone',
    { read: 'floor.read', write: 'floor.write' },
    { body: title, references: { branch: 'branch' } },
  ),
  ...resource(
    'tables',
    'table',
    { read: 'floor.read', write: 'floor.write', patch: 'tables.patch' },
    { body: number, references: { zone: 'zone', branch: 'branch' } },
  ),
  ...resource('categories', 'category', { read: 'menu.read', write: 'menu.write' }, { body: title }),
  ...resource('kitchens', 'kitchen', { read: 'menu.read', write: 'menu.write' }, { body: number }),
  ...resource(
    'menu-items',
    'menuItem',
    { read: 'menu.read', write: 'menu.write', patch: 'menu.stop' },
    {
      body: async (house) => ({ ...(await title()), price: '1.00', category: await house.id('category') }),
      references: { category: 'category', kitchen: 'kitchen' },
    },
  ),
  ...resource(
    'clients',
    'client',
    { read: 'clients.read', write: 'clients.write', remove: 'clients.delete' },
    { body: async () => ({ name: 'x' }) },
  ),

  ...resource(
    'bookings',
    'booking',
    { read: 'bookings.read', write: 'bookings.write' },
    {
      body: async (house) => ({
        guest: 'x',
        date: '2199-01-01',
        time: '18:00',
        table: await house.id('table'),
      }),
      references: { table: 'table', branch: 'branch' },
    },
  ),

  // anybody who knows the address may look: see the tests of pictures
  'GET /api/menu-images/:company/:name': open,
  'GET /api/cafe/snapshot/': { access: 'orders.read', ofOneBranch: true },
  'GET /api/cafe/orders/': { access: 'orders.read' },
  'GET /api/cafe/orders/closed/': { access: 'orders.read' },
  'POST /api/cafe/orders/': newOrder,
  'GET /api/cafe/orders/:id/': { access: 'orders.read', of: 'order' },
  'PATCH /api/cafe/orders/:id/': changeOrder,
  'PUT /api/cafe/orders/:id/': changeOrder,
  'DELETE /api/cafe/orders/:id/': { access: 'orders.delete', of: 'order' },
  'GET /api/cafe/orders/history/': { access: 'orders.read' },
  'POST /api/cafe/orders/:id/pay/': {
    access: 'orders.pay',
    of: 'order',
    body: async () => ({ payment_method: 'card' }),
    references: { client_id: 'client' },
    status: 200,
  },
  'POST /api/cafe/orders/:id/pay-debt/': {
    access: 'orders.pay',
    of: 'debtOrder',
    body: async () => ({ amount: '1.00' }),
    status: 200,
  },
  'POST /api/cafe/orders/:id/refund/': {
    access: 'orders.refund',
    of: 'paidOrder',
    body: async () => ({ amount: '1.00' }),
    status: 200,
  },
  'POST /api/cafe/orders/:id/refund-item/': {
    access: 'orders.refund',
    of: 'paidOrder',
    body: async (house, ids) => ({ order_item_id: await firstLine(house, ids) }),
    references: { order_item_id: 'line' },
    status: 200,
  },
  'POST /api/cafe/orders/:id/move/': {
    access: 'orders.write',
    of: 'order',
    body: async (house) => ({ table: await house.id('table') }),
    references: { table: 'table' },
    status: 200,
  },
  'POST /api/cafe/orders/:id/merge/': {
    access: 'orders.write',
    of: 'order',
    body: async (house) => ({ orders: [await house.id('order')] }),
    references: { 'orders.0': 'order' },
    unchecked: ['order'],
    status: 200,
  },
  'POST /api/cafe/orders/:id/split/': {
    access: 'orders.write',
    of: 'order',
    body: async (house, ids) => ({ items: [{ id: await firstLine(house, ids), quantity: 1 }] }),
    references: { 'items.0.id': 'line', table: 'table' },
    unchecked: ['items.0.order_item_id'],
  },
  'POST /api/cafe/orders/:id/items/': {
    access: 'orders.write',
    of: 'order',
    body: line,
    references: { menu_item: 'menuItem', 'items.0.menu_item': 'menuItem' },
  },
  'PATCH /api/cafe/orders/:id/items/:line/': { ...changeLine, of: 'orderLine' },
  'DELETE /api/cafe/orders/:id/items/:line/': { access: 'orders.write', of: 'orderLine', status: 200 },
  'GET /api/cafe/clients/:id/orders/': { access: 'orders.read', of: 'client' },
  'GET /api/cafe/clients/:id/orders/history/': { access: 'orders.read', of: 'client' },
  'POST /api/cafe/clients/:id/orders/': {
    ...newOrder,
    of: 'client',
    references: { ...ordersOfClient, branch: 'branch' },
    unchecked: ['client', 'id'],
  },
  'GET /api/cafe/order-items/': { access: 'orders.read' },
  'POST /api/cafe/order-items/': {
    access: 'orders.write',
    body: async (house) => ({ ...(await line(house)), order: await house.id('order') }),
    references: { order: 'order', menu_item: 'menuItem' },
  },
  'GET /api/cafe/order-items/:id/': { access: 'orders.read', of: 'line' },
  'PATCH /api/cafe/order-items/:id/': changeLine,
  'PUT /api/cafe/order-items/:id/': changeLine,
  'DELETE /api/cafe/order-items/:id/': { access: 'orders.write', of: 'line' },

  'GET /api/cafe/kitchen/tasks/': { access: 'tasks.read' },
  'GET /api/cafe/kitchen/tasks/:id/': { access: 'tasks.read', of: 'task' },
  'PATCH /api/cafe/kitchen/tasks/:id/': {
    access: 'tasks.cook',
    of: 'task',
    body: async () => ({ status: 'ready' }),
  },
  'POST /api/cafe/kitchen/tasks/:id/claim/': step,
  'POST /api/cafe/kitchen/tasks/:id/ready/': step,
  'POST /api/cafe/kitchen/tasks/:id/recall/': { ...step, of: 'readyTask' },
  'POST /api/cafe/kitchen/tasks/:id/acknowledge/': { ...step, of: 'cancelledTask' },
  'GET /api/cafe/kitchen/tasks/monitor/': { access: 'tasks.monitor' },
  'GET /api/cafe/kitchen/analytics/cooks/': { access: 'tasks.monitor' },
  'GET /api/cafe/kitchen/analytics/waiters/': { access: 'tasks.monitor' },
  'GET /api/cafe/analytics/sales/summary/': { access: 'analytics.read' },
  'GET /api/cafe/analytics/sales/items/': { access: 'analytics.read' },
  'GET /api/cafe/analytics/sales/categories/': { access: 'analytics.read' },
  'POST /api/cafe/kitchen/tasks/claim/': steps,
  'POST /api/cafe/kitchen/tasks/ready/': steps,

  ...notifications('/api/cafe/notifications/'),
  ...notifications('/api/main/notifications/'),
}
