import { randomUUID } from 'node:crypto'
import { pay } from './bill.ts'
import type { Step } from './personas.ts'
import { ask, noteOrder, orders, racedOrSoldOut, someOrder } from './shift.ts'
import type { Shift } from './shift.ts'
import type { OrderItemRead, OrderRead, SplitReply } from './wire.ts'

/** What a waiter does. Each line carries its mark as its note, so that it is known again wherever it goes. */
export const waiterSteps: Record<Step<'waiter'>, (shift: Shift) => Promise<void>> = {
  async takeOrder(shift) {
    const { random, branch, house, client, worker } = shift
    const floor = shift.devices[0]!.belief
    const free = branch.tables.filter((id) => floor.tables.get(id)?.status === 'free')
    const anywhere = random.next() < 0.1
    // a table with guests may order once more; without a table it is a takeaway
    const table = anywhere
      ? random.pick([null, ...branch.tables])
      : free.length > 0
        ? random.pick(free)
        : undefined
    if (table === undefined) return
    const id = randomUUID()
    const items = Array.from({ length: random.between(1, 3) }, () => newLine(shift))
    const guest = random.next() < 0.3 ? random.pick(house.clients) : null
    const body = { id, table, client: guest, guests: random.between(1, 6), items }
    const more = { body, refusable: racedOrSoldOut }
    noteAsked(shift, id, items)
    const order = await ask<OrderRead>(shift, 'POST', orders, 'take an order', more)
    if (!order) return
    noteOrder(shift, order)
    noteAnswered(shift, items)
    if (random.next() > 0.05) return
    // an old client that sends without a key after a time-out: the id alone says that it is the same order
    const again = await client.ask<OrderRead>(random, 'POST', orders, {
      token: worker.token,
      action: 'take an order again',
      body: { id, table, guests: 1, items: [] },
      refusable: racedOrSoldOut,
    })
    if (again && again.number !== order.number)
      client.counts.faults.push(`order ${id} sent twice got the numbers ${order.number} and ${again.number}`)
  },

  async addLine(shift) {
    const order = someOrder(shift)
    if (!order) return
    const line = newLine(shift)
    const more = { body: line, refusable: racedOrSoldOut }
    noteAsked(shift, order.id, [line])
    const answer = await ask<OrderRead>(shift, 'POST', `${orders}${order.id}/items/`, 'add a line', more)
    if (answer) noteAnswered(shift, [line])
  },

  async changeLine(shift) {
    const [order, item] = someLine(shift)
    if (!order || !item) return
    const quantity = shift.random.between(1, 4)
    noteMore(shift, item.note, quantity)
    const more = { body: { quantity }, refusable: racedOrSoldOut }
    await ask(shift, 'PATCH', `${orders}${order.id}/items/${item.id}/`, 'change a line', more)
  },

  async removeLine(shift) {
    const [order, item] = someLine(shift)
    if (!order || !item || order.items.length < 2) return
    noteTakenOff(shift, [item])
    await ask(shift, 'DELETE', `${orders}${order.id}/items/${item.id}/`, 'take a line off')
  },

  /** As clients do that always send everything: from the screen with its version, or read anew and without one. */
  async sendWholeList(shift) {
    const shown = someOrder(shift)
    if (!shown) return
    const blind = shift.random.next() < 0.5
    const path = `${orders}${shown.id}/`
    const order = blind ? await ask<OrderRead>(shift, 'GET', path, 'read an order') : shown
    if (!order || order.status !== 'open' || order.items.length === 0) return
    const added = newLine(shift)
    const dropped = order.items.length > 2 && shift.random.next() < 0.3 ? order.items[0]! : null
    if (dropped) noteTakenOff(shift, [dropped])
    const kept = order.items.filter((item) => item !== dropped)
    const items = [
      ...kept.map(({ id, menu_item, quantity, note }) => ({ id, menu_item, quantity, note })),
      added,
    ]
    const body = { items, ...(!blind && { version: order.version }) }
    const more = { body, refusable: racedOrSoldOut }
    noteAsked(shift, order.id, [added])
    if (await ask<OrderRead>(shift, 'PATCH', path, 'send the whole list', more)) noteAnswered(shift, [added])
  },

  async changeGuests(shift) {
    const order = someOrder(shift)
    if (!order) return
    const body = { guests: shift.random.between(1, 9) }
    await ask(shift, 'PATCH', `${orders}${order.id}/`, 'change an order', { body })
  },

  async move(shift) {
    const order = someOrder(shift)
    if (!order) return
    const table = shift.random.pick(shift.branch.tables)
    if (shift.random.next() < 0.5)
      await ask(shift, 'POST', `${orders}${order.id}/move/`, 'move an order', { body: { table } })
    else await ask(shift, 'PATCH', `${orders}${order.id}/`, 'move an order', { body: { table } })
  },

  async merge(shift) {
    const order = someOrder(shift)
    const other = order && someOrder(shift, ({ id }) => id !== order.id)
    if (!order || !other) return
    const { calledOff } = shift.ledger
    if (calledOff.has(other.id)) calledOff.add(order.id)
    const more = { body: { orders: [other.id] }, refusable: racedOrSoldOut }
    await ask(shift, 'POST', `${orders}${order.id}/merge/`, 'merge orders', more)
  },

  async split(shift) {
    const [order, item] = someLine(shift)
    if (!order || !item || order.items.length < 2) return
    const quantity = shift.random.between(1, item.quantity)
    const body = { items: [{ id: item.id, quantity }], guests: 1 }
    const more = { body, refusable: racedOrSoldOut }
    const answer = await ask<SplitReply>(shift, 'POST', `${orders}${order.id}/split/`, 'split an order', more)
    if (!answer) return
    noteOrder(shift, answer.new_order)
    const { calledOff } = shift.ledger
    if (calledOff.has(order.id)) calledOff.add(answer.new_order.id)
  },

  async cancel(shift) {
    const order = someOrder(shift)
    if (!order) return
    shift.ledger.calledOff.add(order.id)
    const body = { status: 'cancelled' }
    await ask(shift, 'PATCH', `${orders}${order.id}/`, 'cancel an order', { body })
  },

  async closeByHand(shift) {
    const order = someOrder(shift)
    if (!order) return
    shift.ledger.calledOff.add(order.id)
    await ask(shift, 'PATCH', `${orders}${order.id}/`, 'close an order', { body: { status: 'closed' } })
  },

  pay,
}

interface NewLine {
  menu_item: string
  quantity: number
  note: string
}

const newLine = ({ random, house }: Shift): NewLine => ({
  menu_item: random.pick(house.dishes),
  quantity: random.between(1, 2),
  note: randomUUID().slice(0, 13),
})

function noteAsked({ ledger }: Shift, order: string, added: readonly NewLine[]): void {
  for (const { note, quantity } of added)
    ledger.lines.set(note, { order, mostUnits: quantity, isAnswered: false, isTakenOff: false })
}

function noteAnswered({ ledger }: Shift, added: readonly NewLine[]): void {
  for (const { note } of added) ledger.lines.get(note)!.isAnswered = true
}

function noteMore({ ledger }: Shift, mark: string, quantity: number): void {
  const line = ledger.lines.get(mark)
  // a part of it may have been split off before, and counts for itself; so may what a try did that was given up
  if (line) line.mostUnits += 2 * quantity
}

function noteTakenOff({ ledger }: Shift, items: readonly OrderItemRead[]): void {
  for (const { note } of items) {
    const line = ledger.lines.get(note)
    if (line) line.isTakenOff = true
  }
}

function someLine(shift: Shift): [OrderRead | null, OrderItemRead | null] {
  const order = someOrder(shift, ({ items }) => items.length > 0)
  return order ? [order, shift.random.pick(order.items)] : [null, null]
}
