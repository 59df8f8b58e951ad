import { groupBy } from '../../../lib/group-by.ts'
import { largest, quantityOf } from '../../quantities.ts'
import { addLines, changeLine, isLive, removeLine } from '../rules.ts'
import type { Making } from '../rules.ts'
import { isServiceSubject, itemFault, serviceOf, subjectOf, subjectOfItem } from '../wanted-lines.ts'
import type { Dish, Service, WantedLine } from '../wanted-lines.ts'
import type { ItemRow, KnownLine, OrderState, Reading } from '../order-state.ts'
import { known, readingOf } from './seen-lines.ts'
import type { Knowledge } from './seen-lines.ts'

/**
 * Whole lists of lines. A list says what its sender wants the order to be, as far as the sender knows the order; what
 * somebody else has done since the sender read it is not the list's to undo. So the list is held against the reading,
 * and the difference between the two is what is done to the order as it is now. docs/editing.md tells it with examples.
 */

/** Whether a login knows every line of the order as it is. */
export function isComplete(reading: Reading, state: OrderState): boolean {
  const lines = readingOf(state)
  return (
    reading.size === lines.size &&
    [...lines].every(([id, { subject, quantity, note }]) => {
      const line = reading.get(id)
      return line?.subject === subject && line.quantity === quantity && line.note === note
    })
  )
}

/** An order after a list, and what the sender takes it for now: exactly what it sent. */
export interface ListEdit {
  readonly after: OrderState
  readonly reading: Reading
  /** Lines of which the order has more than the list says, because its sender may not know them. */
  readonly kept: readonly string[]
  /** The list may mean two things, depending on what its sender knows, and nothing tells which. */
  readonly isUnclear: boolean
}

/**
 * Brings an order to the list a client sent, as far as its sender knows the order (default: all of it). A line is the one with
 * the same id, else those with the same dish and note taken together; what stays keeps its id, price and tasks. Of lines
 * that were read, only the difference to the list is done: units are added to and taken from what the line has now, and
 * what somebody took off stays off. Lines that were not read stay; the list may add to them, and change one it names by id.
 * Sending the same list twice changes nothing the second time. Where what the sender knows is only inferred, a list that
 * would be right under one inference and lose something under another is unclear, and nothing is done.
 * @throws FieldError on the line that cannot be ordered
 */
export function replaceLines(
  state: OrderState,
  lines: readonly WantedLine[],
  dishes: ReadonlyMap<string, Dish>,
  making: Making,
  knowledge: Knowledge = { lines: readingOf(state), from: 'read' },
): ListEdit {
  const plan = new ListPlan(state, knowledge)
  // ids first, so that a line without one cannot take the place of a line that is named
  const unnamed = lines.filter((line) => !plan.takeNamed(line) && !isGone(line))
  for (const alike of groupBy(unnamed, (line) => JSON.stringify([subjectOf(line), line.note])).values()) {
    const quantity = alike.reduce((sum, line) => sum + line.quantity, 0)
    plan.takeAlike({ ...alike[0]!, id: undefined, quantity })
  }
  plan.dropRest()
  if (plan.isUnclear) return { after: state, reading: knowledge.lines, kept: [], isUnclear: true }
  return plan.carriedOut(lines.length, dishes, making)
}

/** A line that is named to be taken off, and is not there. */
const isGone = ({ id, quantity }: WantedLine): boolean => id !== undefined && quantity === 0

/** What a list says of a line that it leaves out. */
const nothing: WantedLine = {
  menuItemId: null,
  service: null,
  saleUnit: 'pcs',
  quantity: 0,
  note: '',
  index: 0,
}

/** What a line shall become. */
interface Target {
  quantity: number
  note: string
  service: Service | null
  /** The place of the request that says so. */
  line?: Pick<WantedLine, 'menuItemId' | 'index'>
}

/** A line that is named may be of another service than before, not of another dish. */
const isOf = (was: string | undefined, wanted: string): boolean =>
  was === wanted || (was !== undefined && isServiceSubject(was) && isServiceSubject(wanted))

/** Collects what shall become of each line while the lines of a list are taken one by one. */
class ListPlan {
  readonly state: OrderState
  readonly targets: Map<string, Target>
  /** Lines that were read and that the list has not spoken of yet. */
  readonly read: Map<string, KnownLine>
  /** Lines of the order that were not read, nor spoken of by id. */
  readonly unread: Map<string, ItemRow>
  /** Lines to be made; those with the id of one that is gone come in its place. */
  readonly fresh: WantedLine[] = []
  readonly belief = new Map<string, KnownLine>()
  readonly from: Knowledge['from']
  isUnclear = false

  constructor(state: OrderState, { lines: reading, from }: Knowledge) {
    this.from = from
    const live = state.items.filter(isLive)
    this.state = state
    this.targets = new Map(
      live.map((item) => [item.id, { quantity: item.quantity, note: item.note, service: serviceOf(item) }]),
    )
    this.read = new Map(reading)
    this.unread = new Map(live.filter(({ id }) => !reading.has(id)).map((item) => [item.id, item]))
  }

  /** A line with an id; false when there is no such line of this dish, or of a service. */
  takeNamed(line: WantedLine): boolean {
    const { id, quantity, note, service } = line
    if (!id) return false
    const subject = subjectOf(line)
    const was = this.read.get(id)
    const target = this.targets.get(id)
    const unread = this.unread.get(id)
    if (was && isOf(was.subject, subject)) {
      this.settle([id], was.quantity, line)
      if (target && note !== was.note) Object.assign(target, { note, line })
      if (target && subject !== was.subject) Object.assign(target, { service, line })
    } else if (unread && isOf(subjectOfItem(unread), subject)) {
      // whoever names it knows it, from an event
      Object.assign(target!, { quantity, note, service, line })
      this.believe(line, [[id, quantity]])
    } else return false
    this.read.delete(id)
    this.unread.delete(id)
    return true
  }

  /** All units of one dish with one note, on however many lines they are. */
  takeAlike(line: WantedLine): void {
    const subject = subjectOf(line)
    const isAlike = (each: KnownLine) => each.subject === subject && each.note === line.note
    const ids = [...this.read].filter(([, was]) => isAlike(was)).map(([id]) => id)
    const others = [...this.unread.values()].filter((item) => isAlike(known(item)))
    const was = ids.reduce((sum, id) => sum + this.read.get(id)!.quantity, 0)
    this.settle(ids, was, line, others)
    for (const id of ids) this.read.delete(id)
  }

  /** What the list does not speak of is taken off, units that somebody has added since stay. */
  dropRest(): void {
    for (const [id, { quantity }] of this.read) this.settle([id], quantity, nothing)
  }

  /**
   * Brings lines that were read as `was` units together to what the list wants. More is added to what is there now, less
   * is taken from it, but nothing that is gone already is taken again. `others` are lines of the same dish that were not
   * read: a sender without ids may mean them by what it has more than it read, so they count before anything is added.
   */
  private settle(
    ids: readonly string[],
    was: number,
    line: WantedLine,
    others: readonly ItemRow[] = [],
  ): void {
    const wanted = line.quantity
    const live = ids.filter((id) => this.targets.has(id))
    const now = live.reduce((sum, id) => sum + this.targets.get(id)!.quantity, 0)
    // it may be that the sender wanted it so, or that it has seen what others made of it: the same comes out
    if (this.from !== 'read' && wanted === now) was = now
    if (live.length > 0 && this.isGuess(was, now, wanted)) this.isUnclear = true
    if (wanted < was) this.takeOff(live, now - Math.min(now, Math.max(wanted, now + wanted - was)))
    const there = others.reduce((sum, { quantity }) => sum + quantity, 0)
    const more = Math.max(0, wanted - was - there)
    const grows = live.at(-1) ?? others.at(-1)?.id
    if (more > 0) this.add(more, line, grows)
    const asRead = ids.map((id) => [id, this.read.get(id)!.quantity] as const)
    // a line that is gone and was named stands, in what the sender believes, for the one made in its place
    const home = grows ?? (line.id ? ids.at(-1) : undefined)
    this.believe(line, [...asRead, ...others.map(({ id, quantity }) => [id, quantity] as const)], home)
  }

  /**
   * Whether units would change on a mere inference: somebody has changed them since the version that the sender knows at
   * least, and it may know that too; or a list without ids leaves out what it may never have seen.
   */
  private isGuess(was: number, now: number, wanted: number): boolean {
    if (this.from === 'read' || wanted === was) return false
    return now !== was || (wanted < was && this.from === 'unknown')
  }

  private add(units: number, line: WantedLine, grows: string | undefined): void {
    const target = grows && this.targets.get(grows)
    if (target) Object.assign(target, { quantity: target.quantity + units, line })
    else this.fresh.push({ ...line, quantity: units })
  }

  private takeOff(ids: readonly string[], units: number): void {
    let left = units
    for (const id of ids.toReversed()) {
      const target = this.targets.get(id)!
      const taken = Math.min(left, target.quantity)
      target.quantity -= taken
      left -= taken
    }
  }

  /** The sender takes these lines to have, together, the units it sent; those beyond what each may have are at `home`. */
  private believe(
    line: WantedLine,
    places: readonly (readonly [id: string, atMost: number])[],
    home?: string,
  ): void {
    let left = line.quantity
    const ofLine = { subject: subjectOf(line), note: line.note }
    const put = (id: string, quantity: number) => {
      const before = this.belief.get(id)?.quantity ?? 0
      if (quantity > 0) this.belief.set(id, { ...ofLine, quantity: before + quantity })
      left -= quantity
    }
    for (const [id, atMost] of places) put(id, Math.min(left, atMost))
    if (home) put(home, left)
  }

  carriedOut(lines: number, dishes: ReadonlyMap<string, Dish>, making: Making): ListEdit {
    let next = this.state
    for (const [id, { quantity, note, service, line }] of this.targets) {
      const item = next.items.find((each) => each.id === id)!
      const limit = largest[item.saleUnit]
      if (quantity > limit)
        throw itemFault(lines, line?.index ?? 0, 'quantity', 'maximum', {
          limit: quantityOf({ ...item, quantity: limit }),
        })
      next =
        quantity === 0
          ? removeLine(next, item, making.now)
          : changeLine(next, item, { quantity, note, service }, dishes, making, line)
    }
    const firstNew = next.items.length
    next = addLines(next, this.fresh, dishes, making)
    const added = next.items
      .slice(firstNew)
      .filter((_, index) => !this.fresh[index]!.id)
      .map((item) => [item.id, known(item)] as const)
    const reading = new Map([...this.belief, ...added])
    const kept = next.items
      .filter((item) => isLive(item) && item.quantity > (reading.get(item.id)?.quantity ?? 0))
      .map(({ id }) => id)
    return { after: next, reading, kept, isUnclear: false }
  }
}
