import type { Access } from '../../src/plugins/declared-access.ts'
import type { Kind } from './house.ts'
import { nothing, open } from './row.ts'
import type { Row } from './row.ts'

const title = async () => ({ title: `${Math.random()}` })
const number = async () => ({ title: 'x', number: Math.floor(Math.random() * 1e9) + 1 })

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

const step: Row = { access: 'tasks.cook', of: 'task', status: 200 }
const steps: Row = {
  access: 'tasks.cook',
  body: async (house) => ({ task_ids: [await house.id('task')] }),
  references: { 'task_ids.0': 'task' },
  status: 200,
  skips: true,
}

/** The floor, the menu, guests, the kitchen, figures and news: all of the café but its orders. */
export const cafeRows: Record<string, Row> = {
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
  'GET /api/cafe/audit-log/': { access: 'audit.read' },

  ...notifications('/api/cafe/notifications/'),
  ...notifications('/api/main/notifications/'),
}
