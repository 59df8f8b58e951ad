import t from 'tap'
import { FieldError } from '../../../../src/http/errors.ts'
import {
  addLines,
  changeLine,
  isLive,
  recorded,
  removeLine,
  versioned,
} from '../../../../src/cafe/orders/rules.ts'
import type { OrderState } from '../../../../src/cafe/orders/order-state.ts'
import { knowledgeOf } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import type { NotedReading } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import { replaceLines } from '../../../../src/cafe/orders/line-list/rules.ts'
import { dishes, emptyOrder, steadyMaking } from '../order-states.ts'
import { told, wanted } from './lists.ts'
import type { Line } from './lists.ts'

/** A whole list of somebody of whom it is only guessed what has been seen. No I/O. */

t.test('who has read nothing loses nothing of others', async (t) => {
  const order = unread([{ dish: 'soup' }])
  const soup = order.idOf(0)
  order.add({ dish: 'tea' })
  const list = [{ id: soup, dish: 'soup' }, { dish: 'cake' }]
  t.equal(order.send(...list), '1 soup, 1 tea, 1 cake; kept tea')
  t.equal(order.send(...list), '1 soup, 1 tea, 1 cake; kept tea', 'sent twice')
  const withoutIds = unread([{ dish: 'soup' }])
  withoutIds.add({ dish: 'tea' })
  t.equal(withoutIds.send({ dish: 'soup' }, { dish: 'cake' }), '1 soup, 1 tea, 1 cake; kept tea')
})

t.test('an id in the list shows what its sender has seen: leaving that out takes it off', async (t) => {
  const order = unread([{ dish: 'soup' }, { dish: 'cake' }])
  order.add({ dish: 'tea' })
  const tea = order.idOf(2)
  order.add({ dish: 'cake', note: 'hot' })
  t.equal(order.send({ id: tea, dish: 'tea' }), '1 tea, 1 cake (hot); kept cake')
  t.equal(order.send({ id: tea, dish: 'tea' }), '1 tea, 1 cake (hot); kept cake', 'sent twice')
  const answered = unread([{ dish: 'soup' }])
  const soup = answered.idOf(0)
  answered.add({ dish: 'tea' })
  answered.send({ id: soup, dish: 'soup' }, { dish: 'cake' })
  const cake = answered.idOf(2)
  t.equal(
    answered.send({ id: soup, dish: 'soup' }, { id: cake, dish: 'cake' }),
    '1 soup, 1 cake',
    'it was answered',
  )
})

t.test('a list that may mean two things is unclear', async (t) => {
  const order = unread([{ dish: 'soup' }, { dish: 'tea', quantity: 2 }])
  const [soup, tea] = [order.idOf(0), order.idOf(1)]
  t.equal(order.send({ dish: 'cake' }), 'unclear', 'without ids nothing is taken off')
  t.equal(order.send({ dish: 'soup' }, { dish: 'tea' }), 'unclear', 'nor made less')
  order.change(1, { quantity: 4 })
  t.equal(order.send({ id: soup, dish: 'soup' }, { id: tea, dish: 'tea', quantity: 3 }), 'unclear')
  t.equal(order.send({ id: soup, dish: 'soup' }), 'unclear', 'somebody has just raised what it leaves out')
  t.equal(
    order.send({ id: soup, dish: 'soup' }, { id: tea, dish: 'tea', quantity: 4 }, { dish: 'cake' }),
    '1 soup, 4 tea, 1 cake',
  )
  const kept = unread([{ dish: 'soup' }, { dish: 'tea', quantity: 2 }])
  kept.change(1, { quantity: 4 })
  t.equal(
    kept.send({ dish: 'soup' }, { dish: 'tea', quantity: 2 }, { dish: 'cake' }),
    '1 soup, 4 tea, 1 cake; kept tea',
  )
})

t.test('a line known from an event alone keeps the units that others added since', async (t) => {
  const raised = () => {
    const order = unread([{ dish: 'soup' }])
    order.add({ dish: 'tea' })
    const tea = order.idOf(1)
    // without ids: the reading that is noted has no tea
    order.send({ dish: 'soup' }, { dish: 'cake' })
    order.change(1, { quantity: 3 })
    return { order, tea, soup: order.idOf(0), cake: order.idOf(2) }
  }
  const list = ({ soup, tea, cake }: ReturnType<typeof raised>, quantity: number) => [
    { id: soup, dish: 'soup' },
    { id: tea, dish: 'tea', quantity },
    { id: cake, dish: 'cake' },
  ]
  for (const [quantity, becomes] of [
    [1, '1 soup, 3 tea, 1 cake; kept tea'],
    [3, '1 soup, 3 tea, 1 cake'],
    [2, 'unclear'],
    [0, '1 soup, 1 cake'],
  ] as const) {
    const one = raised()
    t.equal(one.order.send(...list(one, quantity)), becomes, `${quantity} tea`)
  }
})

t.test('a line is taken off by its id and quantity 0, whoever knows of it', async (t) => {
  const order = unread([{ dish: 'soup' }, { dish: 'tea' }])
  const [soup, tea] = [order.idOf(0), order.idOf(1)]
  const list = [
    { id: soup, dish: 'soup' },
    { id: tea, dish: 'tea', quantity: 0 },
  ]
  t.equal(order.send(...list), '1 soup')
  order.add({ dish: 'tea' })
  t.equal(order.send(...list), '1 soup, 1 tea; kept tea', 'and not the line that somebody added since')
  t.throws(() => wanted([{ dish: 'tea', quantity: 0 }]), FieldError)
})

/** A sender that has read nothing over HTTP, what others did since the order was taken, and its list. */
function unread(lines: readonly Line[]) {
  const defaults = steadyMaking()
  let state = recorded(addLines(emptyOrder(defaults.now), wanted(lines), dishes, defaults))
  const step = (next: OrderState) => void (state = versioned(state, next, defaults.now))
  let read: NotedReading | null = null
  const line = (index: number) => state.items.filter(isLive)[index]!
  return {
    add: (...added: Line[]) => step(addLines(state, wanted(added), dishes, defaults)),
    change: (index: number, change: { quantity?: number; note?: string }) =>
      step(changeLine(state, line(index), change, dishes, defaults)),
    remove: (index: number) => step(removeLine(state, line(index), defaults.now)),
    idOf: (index: number) => line(index).id,
    send(...list: Line[]): string {
      const lines = wanted(list)
      const edit = replaceLines(state, lines, dishes, defaults, knowledgeOf(state, lines, read))
      if (edit.isUnclear) return 'unclear'
      step(edit.after)
      read = { version: state.order.version, lines: edit.reading }
      const kept = edit.kept.map((id) => state.items.find((item) => item.id === id)!.menuItemId)
      return kept.length > 0 ? `${told(state)}; kept ${kept.join(', ')}` : told(state)
    },
  }
}
