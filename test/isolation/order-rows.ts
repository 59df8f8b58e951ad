import type { House, Kind } from './house.ts'
import type { Row } from './row.ts'

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

/** Orders, their lines and their money. */
export const orderRows: Record<string, Row> = {
  'GET /api/cafe/snapshot/': { access: 'orders.read', ofOneBranch: true },
  'GET /api/cafe/events/': { access: 'orders.read', query: '?group=orders&since=0' },
  'GET /api/cafe/events/stream/': { access: 'orders.read', endless: true },
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
}
