import fc from 'fast-check'
import t from 'tap'
import {
  addLines,
  changeLine,
  isLive,
  recorded,
  removeLine,
  versioned,
} from '../../../../src/cafe/orders/rules.ts'
import type { RowDefaults } from '../../../../src/cafe/orders/rules.ts'
import type { ItemRow, OrderState, Reading } from '../../../../src/cafe/orders/order-state.ts'
import { knowledgeOf, readingOf } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import type { NotedReading } from '../../../../src/cafe/orders/line-list/seen-lines.ts'
import { isComplete, replaceLines } from '../../../../src/cafe/orders/line-list/rules.ts'
import { dishes, emptyOrder, steadyMaking } from '../order-states.ts'
import { wanted } from './lists.ts'

/** Any list, any order and whatever others do: nothing of theirs is lost. No I/O. */

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

function after(state: OrderState, others: Others, defaults: RowDefaults): OrderState {
  let next = state
  for (const act of others) {
    const live = next.items.filter(isLive)
    if (act.kind === 'add') next = addLines(next, wanted([act]), dishes, defaults)
    else if (live.length === 0) continue
    else if (act.kind === 'change')
      next = changeLine(next, live[act.at % live.length]!, { quantity: act.quantity }, dishes, defaults)
    else next = removeLine(next, live[act.at % live.length]!, defaults.now)
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
      const defaults = steadyMaking()
      const read = addLines(emptyOrder(defaults.now), asSent(start, new Map()), dishes, defaults)
      const reading = readingOf(read)
      const lines = asSent(sent, reading)

      // alone: the order is the list
      const alone = replaceLines(read, lines, dishes, defaults, { lines: reading, from: 'read' })
      const wantedUnits = new Map<string, number>()
      for (const { menuItemId, note, quantity } of lines)
        wantedUnits.set(`${menuItemId} ${note}`, (wantedUnits.get(`${menuItemId} ${note}`) ?? 0) + quantity)
      fc.pre([...wantedUnits.values()].every((units) => units <= 999))
      const sorted = (units: Map<string, number>) =>
        JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (sorted(unitsOf(alone.after)) !== sorted(wantedUnits)) throw new Error('not the list')
      if (!isComplete(alone.reading, alone.after)) throw new Error('knows its own list')

      // with others before it: nothing of theirs is lost
      const changed = after(read, others, defaults)
      const edit = replaceLines(changed, lines, dishes, defaults, { lines: reading, from: 'read' })
      const known = new Set([...reading.keys(), ...lines.map(({ id }) => id)])
      for (const item of changed.items) {
        if (!isLive(item) || known.has(item.id)) continue
        const now = edit.after.items.find(({ id }) => id === item.id)!
        if (!isLive(now) || now.quantity < item.quantity) throw new Error('a line of others was lost')
      }
      // a retry changes nothing, even when others went on in between
      const went = after(edit.after, later, defaults)
      const again = replaceLines(went, lines, dishes, defaults, { lines: edit.reading, from: 'read' })
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
      const defaults = steadyMaking()
      let state = recorded(addLines(emptyOrder(defaults.now), wanted([{ dish: 'soup' }]), dishes, defaults))
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
          state = versioned(
            state,
            addLines(state, wanted([{ dish, quantity }]), dishes, defaults),
            defaults.now,
          )
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
          const edit = replaceLines(before, lines, dishes, defaults, knowledge)
          if (edit.isUnclear) {
            unclear++
            if (edit.after !== before) throw new Error('an unclear list changed something')
            continue
          }
          carriedOut++
          state = versioned(before, edit.after, defaults.now)
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
          const again = replaceLines(state, lines, dishes, defaults, knowledgeOf(state, lines, editor.noted))
          if (again.isUnclear || again.after !== state)
            throw new Error('the same list again changed something')
        }
      }
    }),
    { numRuns: 3000 },
  )
  t.ok(carriedOut > 1000 && unclear > 100 && removed > 100, `${carriedOut}, ${unclear}, ${removed}`)
})
