import fc from 'fast-check'
import t from 'tap'
import type { RowDefaults } from '../../../src/cafe/orders/rules.ts'
import { addLines, isLive, priced, withOrder } from '../../../src/cafe/orders/rules.ts'
import { sentLines, requestedLines } from '../../../src/cafe/orders/requested-lines.ts'
import { leavingUnits, merged, split } from '../../../src/cafe/orders/merge-split/rules.ts'
import type { OrderState, TaskRow } from '../../../src/cafe/orders/order-state.ts'
import { giveBack, giveBackUnits, payOff, settle, shareOfUnits } from '../../../src/cafe/payments/rules.ts'
import { dishes, emptyOrder, steadyMaking } from '../orders/order-states.ts'

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)

const line = fc.record({
  dish: fc.constantFrom('soup', 'tea', 'cake'),
  quantity: fc.integer({ min: 1, max: 5 }),
  note: fc.constantFrom('', 'острый', 'с собой'),
})
const progress = fc.array(fc.constantFrom('pending', 'in_progress', 'ready', 'cancelled'), {
  minLength: 15,
  maxLength: 15,
})

/** An order with some lines, tasks at any stage and a discount of some thousandths of the total. */
const order = fc
  .record({ lines: fc.array(line, { minLength: 1, maxLength: 5 }), progress, discount: fc.nat(1000) })
  .map(({ lines, progress: stages, discount }) => (id: string, making: RowDefaults): OrderState => {
    const sent = lines.map(({ dish, quantity, note }) => ({ menu_item: dish, quantity, note }))
    const wanted = requestedLines(sentLines(sent), dishes)
    const made = priced(addLines(emptyOrder(making.now, id), wanted, dishes, making))
    const discountAmount = Math.floor((made.order.totalAmount * discount) / 1000)
    const tasks = made.tasks.map((task, index): TaskRow => ({
      ...task,
      status: stages[index % 15]! as 'ready',
    }))
    return withOrder({ ...made, tasks }, { discountAmount })
  })

const final = ({ order: { totalAmount, discountAmount } }: OrderState) => totalAmount - discountAmount

/** Every task as it matters to the kitchen: which dish, how far. */
const cooked = (...states: OrderState[]) =>
  states
    .flatMap(({ tasks }) => tasks)
    .map(({ id, menuItemId, status }) => `${id} ${menuItemId} ${status}`)
    .sort()

function assertWhole(state: OrderState): void {
  for (const item of state.items) {
    if (item.orderId !== state.order.id) throw new Error('a line of another order')
    const live = state.tasks.filter((task) => task.orderItemId === item.id && task.status !== 'cancelled')
    if (new Set(live.map((task) => task.unitIndex)).size !== live.length) throw new Error('a unit twice')
    if (isLive(item) && live.length > item.quantity) throw new Error('more dishes than units')
  }
  for (const task of state.tasks) {
    if (task.orderId !== state.order.id) throw new Error('a task of another order')
    if (!state.items.some((item) => item.id === task.orderItemId)) throw new Error('a task without its line')
  }
  if (priced(state).order.totalAmount !== state.order.totalAmount) throw new Error('a wrong total')
}

t.test('a split loses and doubles nothing: parts are the whole, to the minor unit and the dish', async () => {
  const picks = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 4 })
  let splits = 0
  fc.assert(
    fc.property(order, picks, (make, picked) => {
      const making = steadyMaking()
      const whole = make('a', making)
      const left = new Map(whole.items.map((item) => [item.id, item.quantity]))
      const items = picked.flatMap(([place, units]) => {
        const item = whole.items[place]
        const quantity = Math.min(units, (item && left.get(item.id)) ?? 0)
        if (!item || quantity === 0) return []
        left.set(item.id, left.get(item.id)! - quantity)
        return [{ id: item.id, quantity }]
      })
      if (items.length === 0 || sum([...left.values()]) === 0) return
      splits++
      const off = { id: 'b', number: 2, businessDay: '2024-01-01', tableId: null, guests: 1 }
      const { rest, part } = split(whole, leavingUnits(items), off, making)
      assertWhole(rest)
      assertWhole(part)
      if (final(rest) + final(part) !== final(whole)) throw new Error('the parts are not the whole')
      if (rest.order.totalAmount + part.order.totalAmount !== whole.order.totalAmount)
        throw new Error('totals do not add up')
      for (const { order: each } of [rest, part])
        if (each.discountAmount > each.totalAmount) throw new Error('a discount above its total')
      if (cooked(rest, part).join() !== cooked(whole).join())
        throw new Error('a dish lost, doubled or set back')
      const units = (...states: OrderState[]) =>
        sum(states.flatMap((state) => state.items.filter(isLive)).map((item) => item.quantity))
      if (units(rest, part) !== units(whole)) throw new Error('a unit lost or doubled')

      const joined = merged(rest, [part], making.now)
      assertWhole(joined)
      if (final(joined) !== final(whole)) throw new Error('merging back costs or gains something')
      if (cooked(joined).join() !== cooked(whole).join()) throw new Error('merging back changes the kitchen')
    }),
    { numRuns: 1000 },
  )
  t.ok(splits > 300, `${splits} splits`)
})

t.test('merging any orders adds them up and keeps every dish', async () => {
  fc.assert(
    fc.property(fc.array(order, { minLength: 2, maxLength: 4 }), (makes) => {
      const making = steadyMaking()
      const [target, ...sources] = makes.map((make, index) => make(`order-${index}`, making))
      const joined = merged(target!, sources, making.now)
      assertWhole(joined)
      if (final(joined) !== sum([target!, ...sources].map(final))) throw new Error('sums differ')
      if (cooked(joined).join() !== cooked(target!, ...sources).join()) throw new Error('dishes differ')
    }),
    { numRuns: 300 },
  )
})

t.test('refunds of units, in whatever steps and order, come to the bill exactly', async () => {
  const prices = fc.record({
    price: fc.nat(1_000_000),
    quantity: fc.integer({ min: 1, max: 20 }),
    saleUnit: fc.constant('pcs' as const),
  })
  fc.assert(
    fc.property(
      fc.array(prices, { minLength: 1, maxLength: 8 }),
      fc.nat(1000),
      fc.nat(7),
      (lines, part, step) => {
        const total = sum(lines.map(({ price, quantity }) => price * quantity))
        const bill = total - Math.floor((total * part) / 1000)
        const returned = lines.map(({ price, quantity }, place) => {
          let back = 0
          for (let from = 0; from < quantity; from += step + 1) {
            const units = shareOfUnits(lines, place, bill, from, Math.min(step + 1, quantity - from))
            if (units < 0) throw new Error('a negative refund')
            back += units
          }
          if (back > price * quantity) throw new Error('a line gives back more than it cost')
          return back
        })
        if (sum(returned) !== bill) throw new Error('the refunds are not the bill')
      },
    ),
    { numRuns: 500 },
  )
})

type Move =
  | { kind: 'pay'; method: 'cash' | 'debt' | 'split'; discount: number; now: number; close: boolean }
  | { kind: 'payDebt' | 'refund'; amount: number }
  | { kind: 'refundUnits'; line: number; quantity: number }

const moves = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('pay' as const),
      method: fc.constantFrom('cash' as const, 'debt' as const, 'split' as const),
      discount: fc.nat(1000),
      now: fc.nat(1100),
      close: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('payDebt' as const, 'refund' as const), amount: fc.nat(200_000) }),
    fc.record({
      kind: fc.constant('refundUnits' as const),
      line: fc.nat(4),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  ),
  { minLength: 1, maxLength: 15 },
)

t.test('whatever is paid and given back: never more than due, never more than was paid', async (t) => {
  let settled = 0
  fc.assert(
    fc.property(order, moves, (make, history) => {
      let state = withOrder(make('a', steadyMaking()), { clientId: 'client' })
      let [taken, returned] = [0, 0]
      for (const move of history) {
        try {
          const next = play(state, move)
          taken += next.taken
          returned += next.returned
          state = next.state
        } catch (error) {
          if (!/FieldError|ApiError/.test((error as Error).name)) throw error
          continue
        }
        const { paidAmount, refundedAmount, isPaid, paymentMethod, paidAt } = state.order
        if (paidAmount !== taken || refundedAmount !== returned) throw new Error('the books are off')
        if (paidAmount > final(state) || refundedAmount > paidAmount) throw new Error('too much')
        if (isPaid !== (paymentMethod !== '' && paidAmount === final(state))) throw new Error('paid or not?')
        if (isPaid !== (paidAt !== null)) throw new Error('paid when?')
      }
      if (state.order.paymentMethod) settled++
    }),
    { numRuns: 1000 },
  )
  t.ok(settled > 300, `${settled} settled`)
})

function play(state: OrderState, move: Move) {
  const now = new Date(0)
  switch (move.kind) {
    case 'pay': {
      const total = state.order.totalAmount
      const discount = Math.floor((total * move.discount) / 1000)
      const payNow = Math.floor((total * move.now) / 1000)
      const rest = total - discount - payNow
      const parts = [
        { method: 'cash' as const, amount: payNow },
        { method: 'debt' as const, amount: rest },
      ].filter((part) => part.amount !== 0)
      const { after, taken } = settle(
        state,
        {
          method: move.method,
          discount,
          closeOrder: move.close,
          ...(move.method === 'split' ? { parts } : { parts: [], payNow }),
        },
        now,
      )
      return { state: after, taken: sum(taken.map((each) => each.amount)), returned: 0 }
    }
    case 'payDebt':
      return {
        state: payOff(state, { method: 'card', amount: move.amount }, now),
        taken: move.amount,
        returned: 0,
      }
    case 'refund':
      return { state: giveBack(state, move.amount), taken: 0, returned: move.amount }
    case 'refundUnits': {
      const id = state.items[move.line]?.id ?? 'none'
      const { after, returned } = giveBackUnits(state, id, move.quantity, now)
      return { state: after, taken: 0, returned: returned.amount }
    }
  }
}
