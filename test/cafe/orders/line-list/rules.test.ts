import t from 'tap'
import { addLines, changeLine, isLive, removeLine } from '../../../../src/cafe/orders/rules.ts'
import { isComplete, replaceLines } from '../../../../src/cafe/orders/line-list/rules.ts'
import { readingOf } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import { dishes, emptyOrder, steadyMaking } from '../order-states.ts'
import { told, wanted } from './lists.ts'
import type { Line } from './lists.ts'

/** A whole list against what its sender has read, and against what others have done since. No I/O. */

t.test('who has read everything gets exactly the list', async (t) => {
  const order = scene([{ dish: 'soup', quantity: 2 }, { dish: 'tea' }])
  t.equal(order.send({ dish: 'tea', quantity: 3 }, { dish: 'cake' }), '3 tea, 1 cake')
  t.ok(order.knowsAll())
  t.equal(order.send(), '')
})

t.test('a line that somebody has added since stays', async (t) => {
  const order = scene([{ dish: 'soup' }])
  order.add({ dish: 'tea' })
  t.equal(order.send({ dish: 'soup' }, { dish: 'cake' }), '1 soup, 1 tea, 1 cake')
  t.notOk(order.knowsAll())
  t.equal(order.send({ dish: 'soup' }, { dish: 'cake' }), '1 soup, 1 tea, 1 cake', 'sent twice')
  t.equal(order.send({ dish: 'cake' }), '1 tea, 1 cake', 'a list may take off what it had read')
  order.read()
  t.equal(order.send({ dish: 'cake' }), '1 cake', 'and the rest once it has read it')
})

t.test('units that somebody has added since stay', async (t) => {
  const order = scene([{ dish: 'soup' }, { dish: 'tea' }])
  order.change(0, { quantity: 3 })
  const before = order.tasks()
  t.equal(order.send({ dish: 'soup' }, { dish: 'tea' }), '3 soup, 1 tea')
  t.equal(order.tasks(), before)
  t.equal(order.send({ dish: 'soup', quantity: 2 }, { dish: 'tea' }), '4 soup, 1 tea', 'one more')
  t.equal(order.send({ dish: 'soup', quantity: 2 }, { dish: 'tea' }), '4 soup, 1 tea', 'sent twice')
  t.equal(order.send({ dish: 'tea' }), '2 soup, 1 tea', 'taken off: only what the sender knew of')
})

t.test('what somebody has taken off since stays off', async (t) => {
  const order = scene([{ dish: 'soup', quantity: 2 }, { dish: 'tea' }])
  order.remove(0)
  t.equal(order.send({ dish: 'soup', quantity: 2 }, { dish: 'tea' }, { dish: 'cake' }), '1 tea, 1 cake')
  t.equal(
    order.send({ dish: 'soup', quantity: 3 }, { dish: 'tea' }, { dish: 'cake' }),
    '1 tea, 1 cake, 1 soup',
    'unless more is wanted: that is new',
  )
})

t.test('two who take the same unit off take it off once', async (t) => {
  const order = scene([{ dish: 'soup', quantity: 3 }])
  order.change(0, { quantity: 2 })
  t.equal(order.send({ dish: 'soup', quantity: 2 }), '2 soup')
})

t.test('a note that somebody has changed since stays, one that the sender changes is changed', async (t) => {
  const order = scene([{ dish: 'soup' }, { dish: 'tea' }])
  const [soup, tea] = [order.idOf(0), order.idOf(1)]
  order.change(0, { note: 'no onion' })
  t.equal(order.send({ id: soup, dish: 'soup' }, { id: tea, dish: 'tea' }), '1 soup (no onion), 1 tea')
  t.equal(
    order.send({ id: soup, dish: 'soup' }, { id: tea, dish: 'tea', note: 'hot' }),
    '1 soup (no onion), 1 tea (hot)',
  )
  const unnamed = scene([{ dish: 'soup' }])
  unnamed.change(0, { note: 'no onion' })
  t.equal(unnamed.send({ dish: 'soup', quantity: 2 }), '2 soup (no onion)', 'without ids too')
})

t.test('a line that was not read may be named by its id: an event told of it', async (t) => {
  const order = scene([{ dish: 'soup' }])
  order.add({ dish: 'tea', quantity: 2 })
  const tea = order.idOf(1)
  t.equal(order.send({ dish: 'soup' }, { id: tea, dish: 'tea', quantity: 1 }), '1 soup, 1 tea')
  t.ok(order.knowsAll())
})

t.test('a dish that was not read and is in the list is not ordered again', async (t) => {
  const order = scene([{ dish: 'soup' }])
  order.add({ dish: 'tea', quantity: 2 })
  t.equal(order.send({ dish: 'soup' }, { dish: 'tea', quantity: 2 }), '1 soup, 2 tea')
  const fewer = scene([{ dish: 'soup' }])
  fewer.add({ dish: 'tea', quantity: 2 })
  t.equal(fewer.send({ dish: 'soup' }, { dish: 'tea' }), '1 soup, 2 tea', 'nor does it become less')
  const more = scene([{ dish: 'tea' }])
  more.add({ dish: 'tea' })
  t.equal(more.send({ dish: 'tea', quantity: 2 }), '1 tea, 1 tea', 'two lines are two')
  t.equal(more.send({ dish: 'tea', quantity: 3 }), '1 tea, 2 tea')
})

t.test('one dish on several lines keeps its lines', async (t) => {
  const order = scene([{ dish: 'tea' }, { dish: 'soup' }])
  order.add({ dish: 'tea' })
  order.read()
  const before = order.tasks()
  t.equal(order.send({ dish: 'tea' }, { dish: 'soup' }, { dish: 'tea' }), '1 tea, 1 soup, 1 tea')
  t.equal(order.tasks(), before)
  t.equal(order.send({ dish: 'tea', quantity: 3 }, { dish: 'soup' }), '1 tea, 1 soup, 2 tea')
  t.equal(order.send({ dish: 'tea' }, { dish: 'soup' }), '1 tea, 1 soup')
})

t.test('the same dish with and without a note are two', async (t) => {
  const order = scene([{ dish: 'soup' }, { dish: 'soup', note: 'hot' }])
  t.equal(order.send({ dish: 'soup', note: 'hot', quantity: 2 }, { dish: 'soup' }), '1 soup, 2 soup (hot)')
})

t.test('more than a line can hold is refused on its line', async (t) => {
  const order = scene([{ dish: 'tea' }, { dish: 'soup', quantity: 600 }])
  order.change(1, { quantity: 990 })
  try {
    order.send({ dish: 'tea' }, { dish: 'soup', quantity: 650 })
    t.fail('accepted')
  } catch (error) {
    t.match(error, { errors: { items: [{}, { quantity: [{ key: 'maximum' }] }] } })
  }
})

/** An order that a sender has read, what others do to it then, and the sender's list. */
function scene(lines: readonly Line[]) {
  const defaults = steadyMaking()
  let state = addLines(emptyOrder(defaults.now), wanted(lines), dishes, defaults)
  let reading = readingOf(state)
  const line = (index: number) => state.items.filter(isLive)[index]!
  const self = {
    read: () => void (reading = readingOf(state)),
    add: (...added: Line[]) => void (state = addLines(state, wanted(added), dishes, defaults)),
    change: (index: number, change: { quantity?: number; note?: string }) =>
      void (state = changeLine(state, line(index), change, dishes, defaults)),
    remove: (index: number) => void (state = removeLine(state, line(index), defaults.now)),
    idOf: (index: number) => line(index).id,
    send(...list: Line[]): string {
      const edit = replaceLines(state, wanted(list), dishes, defaults, { lines: reading, from: 'read' })
      state = edit.after
      reading = edit.reading
      return told(state)
    },
    knowsAll: () => isComplete(reading, state),
    tasks: () => state.tasks.filter(({ status }) => status !== 'cancelled').length,
  }
  return self
}
