import fc from 'fast-check'
import t from 'tap'
import type { RowDefaults } from '../../../src/cafe/orders/rules.ts'
import { sentLines, requestedLines } from '../../../src/cafe/orders/requested-lines.ts'
import type { RequestedLine } from '../../../src/cafe/orders/requested-lines.ts'
import {
  addLines,
  cancelUnfinished,
  changeLine,
  isLive,
  priced,
  removeLine,
} from '../../../src/cafe/orders/rules.ts'
import { replaceLines } from '../../../src/cafe/orders/line-list/rules.ts'
import type { OrderState, TaskRow } from '../../../src/cafe/orders/order-state.ts'
import { dishes, emptyOrder, steadyMaking } from './order-states.ts'

type Edit =
  | { kind: 'add' | 'replace'; lines: { dish: string; quantity: number; note: string }[] }
  | { kind: 'change'; line: number; quantity: number; note: string }
  | { kind: 'remove'; line: number }
  | { kind: 'cook'; task: number; status: 'in_progress' | 'ready' }

const line = fc.record({
  dish: fc.constantFrom('soup', 'tea', 'cake'),
  quantity: fc.integer({ min: 1, max: 4 }),
  note: fc.constantFrom('', 'острый'),
})
const lines = fc.array(line, { maxLength: 4 })
const edits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('add' as const, 'replace' as const), lines }),
    fc.record({
      kind: fc.constant('change' as const),
      line: fc.nat(9),
      quantity: fc.integer({ min: 1, max: 5 }),
      note: fc.constantFrom('', 'острый'),
    }),
    fc.record({ kind: fc.constant('remove' as const), line: fc.nat(9) }),
    fc.record({
      kind: fc.constant('cook' as const),
      task: fc.nat(20),
      status: fc.constantFrom('in_progress' as const, 'ready' as const),
    }),
  ),
  { maxLength: 12 },
)

t.test('whatever is edited, units, tasks and sums agree and nothing cooked is lost', async (t) => {
  fc.assert(
    fc.property(edits, (history) => {
      const defaults = steadyMaking()
      let state = emptyOrder(defaults.now)
      for (const edit of history) {
        const cooked = state.tasks.filter((task) => task.status === 'ready')
        const next = apply(state, edit, defaults)
        for (const task of state.tasks) {
          if (!next.tasks.some(({ id }) => id === task.id)) throw new Error('a task disappeared')
        }
        for (const task of cooked) {
          if (next.tasks.find(({ id }) => id === task.id)!.status !== 'ready')
            throw new Error('a ready dish was lost')
        }
        check(next)
        state = next
      }
      const closed = cancelUnfinished(state, defaults.now)
      if (closed.tasks.some((task) => task.status === 'pending' || task.status === 'in_progress')) {
        throw new Error('an unfinished task outlived its order')
      }
    }),
    { numRuns: 500 },
  )
  t.pass('500 random histories of edits')
})

function check(state: OrderState): void {
  const live = state.items.filter(isLive)
  for (const item of live) {
    const tasks = state.tasks.filter((task) => task.orderItemId === item.id && task.status !== 'cancelled')
    const ready = tasks.filter((task) => task.status === 'ready').length
    if (tasks.length !== Math.max(item.quantity, ready)) {
      throw new Error(`${tasks.length} tasks for ${item.quantity} units, ${ready} of them ready`)
    }
    if (new Set(tasks.map((task) => task.unitIndex)).size !== tasks.length)
      throw new Error('a unit has two tasks')
  }
  const sum = live.reduce((total, item) => total + item.price * item.quantity, 0)
  if (priced(state).order.totalAmount !== sum) throw new Error('the total is not the sum of its lines')
}

function apply(state: OrderState, edit: Edit, defaults: RowDefaults): OrderState {
  const live = state.items.filter(isLive)
  switch (edit.kind) {
    case 'add':
      return addLines(state, wanted(edit.lines), dishes, defaults)
    case 'replace':
      return replaceLines(state, wanted(edit.lines), dishes, defaults).after
    case 'change': {
      const item = live[edit.line]
      return item ? changeLine(state, item, edit, dishes, defaults) : state
    }
    case 'remove': {
      const item = live[edit.line]
      return item ? removeLine(state, item, defaults.now) : state
    }
    case 'cook': {
      const task = state.tasks.filter(({ status }) => status === 'pending' || status === 'in_progress')[
        edit.task
      ]
      const cook = (each: TaskRow) => (each === task ? { ...each, status: edit.status } : each)
      return { ...state, tasks: state.tasks.map(cook) }
    }
  }
}

function wanted(given: { dish: string; quantity: number; note: string }[]): RequestedLine[] {
  const sent = sentLines(given.map(({ dish, quantity, note }) => ({ menu_item: dish, quantity, note })))
  return requestedLines(sent, dishes)
}
