import fc from 'fast-check'
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
import type { Making } from '../../../../src/cafe/orders/rules.ts'
import type { ItemRow, OrderState, Reading } from '../../../../src/cafe/orders/order-state.ts'
import { knowledgeOf, readingOf } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import type { NotedReading } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import { isComplete, replaceLines } from '../../../../src/cafe/orders/line-list/rules.ts'
import { sentLines, wantedLines } from '../../../../src/cafe/orders/wanted-lines.ts'
import { dishes, emptyOrder, steadyMaking } from '../order-states.ts'

/** A whole list against what its sender has read, and against what others have done since. No I/O. */

interface Line {
  id?: string
  dish: string
  quantity?: number
  note?: string
}

const wanted = (lines: readonly Line[]) =>
  wantedLines(
    sentLines(lines.map(({ id, dish, quantity, note }) => ({ id, menu_item: dish, quantity, note }))),
    dishes,
  )

/** `2 soup, 1 tea (hot)`, in the order of the lines. */
const told = (state: OrderState): string =>
  state.items
    .filter(isLive)
    .map(({ quantity, menuItemId, note }) => `${quantity} ${menuItemId}${note && ` (${note})`}`)
    .join(', ')

/** An order that a sender has read, what others do to it then, and the sender's list. */
function scene(lines: readonly Line[]) {
  const making = steadyMaking()
  let state = addLines(emptyOrder(making.now), wanted(lines), dishes, making)
  let reading = readingOf(state)
  const line = (index: number) => state.items.filter(isLive)[index]!
  const self = {
    read: () => void (reading = readingOf(state)),
    add: (...added: Line[]) => void (state = addLines(state, wanted(added), dishes, making)),
    change: (index: number, change: { quantity?: number; note?: string }) =>
      void (state = changeLine(state, line(index), change, dishes, making)),
    remove: (index: number) => void (state = removeLine(state, line(index), making.now)),
    idOf: (index: number) => line(index).id,
    send(...list: Line[]): string {
      const edit = replaceLines(state, wanted(list), dishes, making, { lines: reading, from: 'read' })
      state = edit.after
      reading = edit.reading
      return told(state)
    },
    knowsAll: () => isComplete(reading, state),
    tasks: () => state.tasks.filter(({ status }) => status !== 'cancelled').length,
  }
  return self
}

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
    t.match(error, { faults: { items: [{}, { quantity: [{ key: 'maximum' }] }] } })
  }
})

/** A sender that has read nothing over HTTP, what others did since the order was taken, and its list. */
function unread(lines: readonly Line[]) {
  const making = steadyMaking()
  let state = recorded(addLines(emptyOrder(making.now), wanted(lines), dishes, making))
  const step = (next: OrderState) => void (state = versioned(state, next, making.now))
  let read: NotedReading | null = null
  const line = (index: number) => state.items.filter(isLive)[index]!
  return {
    add: (...added: Line[]) => step(addLines(state, wanted(added), dishes, making)),
    change: (index: number, change: { quantity?: number; note?: string }) =>
      step(changeLine(state, line(index), change, dishes, making)),
    remove: (index: number) => step(removeLine(state, line(index), making.now)),
    idOf: (index: number) => line(index).id,
    send(...list: Line[]): string {
      const lines = wanted(list)
      const edit = replaceLines(state, lines, dishes, making, knowledgeOf(state, lines, read))
      if (edit.isUnclear) return 'unclear'
      step(edit.after)
      read = { version: state.order.version, lines: edit.reading }
      const kept = edit.kept.map((id) => state.items.find((item) => item.id === id)!.menuItemId)
      return kept.length > 0 ? `${told(state)}; kept ${kept.join(', ')}` : told(state)
    },
  }
}

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

const names = fc.constantFrom('soup', 'tea', 'cake')
const list = fc.array(
  fc.record({
    dish: names,
    quantity: fc.integer({ min: 1, max: 4 }),
    note: fc.constantFrom('', 'hot'),
    named: fc.boolean(),
  }),
  { maxLength: 5 },
)
const othersDo = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), dish: names, quantity: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      kind: fc.constant('change' as const),
      at: fc.nat(4),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(4) }),
  ),
  { maxLength: 4 },
)
type Others = typeof othersDo extends fc.Arbitrary<infer T> ? T : never
type List = typeof list extends fc.Arbitrary<infer T> ? T : never

function after(state: OrderState, others: Others, making: Making): OrderState {
  let next = state
  for (const act of others) {
    const live = next.items.filter(isLive)
    if (act.kind === 'add') next = addLines(next, wanted([act]), dishes, making)
    else if (live.length === 0) continue
    else if (act.kind === 'change')
      next = changeLine(next, live[act.at % live.length]!, { quantity: act.quantity }, dishes, making)
    else next = removeLine(next, live[act.at % live.length]!, making.now)
  }
  return next
}

/** Some lines carry the id of a line of their dish that the sender knows, as clients send them. */
function asSent(given: List, reading: Reading) {
  const free = new Map(reading)
  return wanted(
    given.map(({ named, ...line }) => {
      const id = named
        ? [...free].find(([, known]) => known.subject === line.dish && known.note === line.note)?.[0]
        : undefined
      if (id) free.delete(id)
      return { ...line, id }
    }),
  )
}

const unitsOf = (state: OrderState): Map<string, number> => {
  const units = new Map<string, number>()
  for (const { menuItemId, note, quantity } of state.items.filter(isLive)) {
    const key = `${menuItemId} ${note}`
    units.set(key, (units.get(key) ?? 0) + quantity)
  }
  return units
}

t.test('whatever the order, the list and the others', async (t) => {
  fc.assert(
    fc.property(list, othersDo, list, othersDo, (start, others, sent, later) => {
      const making = steadyMaking()
      const read = addLines(emptyOrder(making.now), asSent(start, new Map()), dishes, making)
      const reading = readingOf(read)
      const lines = asSent(sent, reading)

      // alone: the order is the list
      const alone = replaceLines(read, lines, dishes, making, { lines: reading, from: 'read' })
      const wantedUnits = new Map<string, number>()
      for (const { menuItemId, note, quantity } of lines)
        wantedUnits.set(`${menuItemId} ${note}`, (wantedUnits.get(`${menuItemId} ${note}`) ?? 0) + quantity)
      fc.pre([...wantedUnits.values()].every((units) => units <= 999))
      const sorted = (units: Map<string, number>) =>
        JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (sorted(unitsOf(alone.after)) !== sorted(wantedUnits)) throw new Error('not the list')
      if (!isComplete(alone.reading, alone.after)) throw new Error('knows its own list')

      // with others before it: nothing of theirs is lost
      const changed = after(read, others, making)
      const edit = replaceLines(changed, lines, dishes, making, { lines: reading, from: 'read' })
      const known = new Set([...reading.keys(), ...lines.map(({ id }) => id)])
      for (const item of changed.items) {
        if (!isLive(item) || known.has(item.id)) continue
        const now = edit.after.items.find(({ id }) => id === item.id)!
        if (!isLive(now) || now.quantity < item.quantity) throw new Error('a line of others was lost')
      }
      // a retry changes nothing, even when others went on in between
      const went = after(edit.after, later, making)
      const again = replaceLines(went, lines, dishes, making, { lines: edit.reading, from: 'read' })
      if (again.after !== went) throw new Error('the same list again changed something')
    }),
    { numRuns: 2000 },
  )
  t.pass('2000 random scenes')
})

/** Editors of one order, and what each of them has truly seen of it. */
const editing = fc.array(
  fc.record({
    who: fc.nat(2),
    does: fc.constantFrom('reads', 'hears', 'adds', 'sends', 'sends', 'sends'),
    dish: names,
    quantity: fc.integer({ min: 1, max: 3 }),
    drops: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    more: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 6 }),
    withIds: fc.boolean(),
  }),
  { maxLength: 14 },
)

t.test('editors that learn by HTTP, by events or not at all', async (t) => {
  let [carriedOut, unclear, removed] = [0, 0, 0]
  fc.assert(
    fc.property(editing, (acts) => {
      const making = steadyMaking()
      let state = recorded(addLines(emptyOrder(making.now), wanted([{ dish: 'soup' }]), dishes, making))
      const editors = Array.from({ length: 3 }, () => ({
        /** What stands on its screen. */
        seen: new Map<string, ItemRow>(),
        noted: null as NotedReading | null,
      }))
      const look = () => new Map(state.items.filter(isLive).map((item) => [item.id, item]))
      for (const { who, does, dish, quantity, drops, more, withIds } of acts) {
        const editor = editors[who]!
        if (does === 'reads') {
          editor.seen = look()
          editor.noted = { version: state.order.version, lines: readingOf(state) }
        } else if (does === 'hears') editor.seen = look()
        else if (does === 'adds') {
          state = versioned(state, addLines(state, wanted([{ dish, quantity }]), dishes, making), making.now)
        } else {
          const shown = [...editor.seen.values()]
          const list = shown.flatMap((item, i) =>
            drops[i % 6]
              ? []
              : [
                  {
                    id: withIds ? item.id : undefined,
                    dish: item.menuItemId!,
                    quantity: item.quantity + more[i % 6]!,
                    note: item.note,
                  },
                ],
          )
          const lines = wanted([...list, { dish, quantity, note: 'mine' }])
          const before = state
          const knowledge = knowledgeOf(before, lines, editor.noted)
          const edit = replaceLines(before, lines, dishes, making, knowledge)
          if (edit.isUnclear) {
            unclear++
            if (edit.after !== before) throw new Error('an unclear list changed something')
            continue
          }
          carriedOut++
          state = versioned(before, edit.after, making.now)
          const named = new Set(list.map(({ id }) => id))
          for (const item of before.items.filter(isLive)) {
            const now = state.items.find(({ id }) => id === item.id)!
            const units = isLive(now) ? now.quantity : 0
            const own = editor.noted?.lines.get(item.id)?.quantity ?? 0
            const had = Math.max(own, editor.seen.get(item.id)?.quantity ?? 0)
            if (units < item.quantity - had) throw new Error('units that the sender never saw were taken off')
            if (!isLive(now)) removed++
            // with ids, what stood on the screen as it is and was left out is off, unless nothing tells that it was seen
            const proven = knowledge.lines.get(item.id)?.quantity === item.quantity
            if (withIds && proven && had === item.quantity && !named.has(item.id) && isLive(now)) {
              const alike = lines.some(
                (line) => line.menuItemId === item.menuItemId && line.note === item.note,
              )
              if (!alike) throw new Error('a deletion by who knew the line was ignored')
            }
          }
          editor.noted = { version: state.order.version, lines: edit.reading }
          const again = replaceLines(state, lines, dishes, making, knowledgeOf(state, lines, editor.noted))
          if (again.isUnclear || again.after !== state)
            throw new Error('the same list again changed something')
        }
      }
    }),
    { numRuns: 3000 },
  )
  t.ok(carriedOut > 1000 && unclear > 100 && removed > 100, `${carriedOut}, ${unclear}, ${removed}`)
})
