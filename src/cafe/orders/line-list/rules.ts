import { groupBy } from '../../../lib/group-by.ts'
import { largest, quantityOf } from '../../quantities.ts'
import { addLines, changeLine, isLive, removeLine } from '../rules.ts'
import type { RowDefaults } from '../rules.ts'
import { isServiceSubject, itemError, serviceOf, subjectOf } from '../requested-lines.ts'
import type { Dish, Service, RequestedLine } from '../requested-lines.ts'
import type { ItemRow, KnownLine, OrderState, Reading } from '../order-state.ts'
import { known, readingOf } from './seen-lines.ts'
import type { Knowledge } from './seen-lines.ts'

/**
 * Whole lists of lines. A list is the order that its sender wants, as far as the sender knows the order. It must not
 * undo what others did since the sender read it. So the list is compared with that reading, and only the difference
 * is applied to the present order. docs/editing.md has examples.
 */

/** Whether a session knows every line of the present order. */
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

/** An order after a list, and what its sender knows of it now: exactly what it sent. */
export interface ListEdit {
  readonly after: OrderState
  readonly reading: Reading
  /** Lines or units that stay although the list does not have them, because its sender may not know them. */
  readonly kept: readonly string[]
  /** The list has two meanings, depending on what its sender knows, and nothing decides between them. */
  readonly isUnclear: boolean
}

/**
 * Changes an order to the list of a client, as far as the client knows the order (default: all of it). A line is the
 * one with the same id, else those with the same dish and note taken together; what stays keeps its id, price and
 * tasks. Of lines that were read, only the difference to the list is applied: units are added to or taken from the
 * present line, and lines that others removed stay removed. Lines that were not read stay; the list may add to them,
 * and change one by its id. Sending the same list twice changes nothing the second time. If the client's knowledge is
 * only inferred, a list that is right under one inference and loses something under another is unclear, and changes
 * nothing.
 * @throws FieldError on a line that cannot be ordered
 */
export function replaceLines(
  state: OrderState,
  lines: readonly RequestedLine[],
  dishes: ReadonlyMap<string, Dish>,
  defaults: RowDefaults,
  knowledge: Knowledge = { lines: readingOf(state), from: 'read' },
): ListEdit {
  const plan = new ListPlan(state, knowledge)
  // lines with an id first, so that a line without one cannot match them
  const unnamed = lines.filter((line) => !plan.takeNamed(line) && !isGone(line))
  for (const alike of groupBy(unnamed, (line) => JSON.stringify([subjectOf(line), line.note])).values()) {
    const quantity = alike.reduce((sum, line) => sum + line.quantity, 0)
    plan.takeAlike({ ...alike[0]!, id: undefined, quantity })
  }
  plan.dropRest()
  if (plan.isUnclear) return { after: state, reading: knowledge.lines, kept: [], isUnclear: true }
  return plan.carriedOut(lines.length, dishes, defaults)
}

/** A line to remove that the order does not have. */
const isGone = ({ id, quantity }: RequestedLine): boolean => id !== undefined && quantity === 0

/** What the list means for a line that it does not have. */
const nothing: RequestedLine = {
  menuItemId: null,
  service: null,
  saleUnit: 'pcs',
  quantity: 0,
  note: '',
  index: 0,
}

/** A line that a client names by its id and has not read: it knows it from an event, at least as it was added. */
function asAdded(item: ItemRow): KnownLine {
  const [, quantity, note] = item.versions[0] ?? [0, item.quantity, item.note]
  return { ...known(item), quantity, note }
}

/** The wanted state of a line. */
interface Target {
  quantity: number
  note: string
  service: Service | null
  /** Of a line that is removed because it was refused. */
  rejection?: string
  /** Position in the request. */
  line?: Pick<RequestedLine, 'menuItemId' | 'index'>
}

/** A line with an id may change its service, but not its dish. */
const isOf = (was: string | undefined, wanted: string): boolean =>
  was === wanted || (was !== undefined && isServiceSubject(was) && isServiceSubject(wanted))

/** Collects the wanted state of each line while the list is processed. */
class ListPlan {
  readonly state: OrderState
  readonly targets: Map<string, Target>
  /** Lines that were read and not yet matched. */
  readonly read: Map<string, KnownLine>
  /** Lines of the order that were neither read nor matched by id. */
  readonly unread: Map<string, ItemRow>
  /** Lines to create; one with the id of a removed line replaces it. */
  readonly fresh: RequestedLine[] = []
  readonly belief = new Map<string, KnownLine>()
  readonly from: Knowledge['from']
  /** Lines of which it is only inferred what the client knows. */
  readonly inferred: Set<string>
  isUnclear = false

  constructor(state: OrderState, { lines: reading, from, inferred = new Set() }: Knowledge) {
    this.from = from
    this.inferred = new Set(from === 'read' ? inferred : reading.keys())
    const live = state.items.filter(isLive)
    this.state = state
    this.targets = new Map(
      live.map((item) => [item.id, { quantity: item.quantity, note: item.note, service: serviceOf(item) }]),
    )
    this.read = new Map(reading)
    this.unread = new Map(live.filter(({ id }) => !reading.has(id)).map((item) => [item.id, item]))
  }

  /** A line with an id; false when there is no such line of this dish, or of a service. */
  takeNamed(line: RequestedLine): boolean {
    const { id, quantity, note, service, rejection } = line
    if (!id) return false
    const subject = subjectOf(line)
    const was = this.knownAs(id, quantity)
    if (!was || !isOf(was.subject, subject)) return false
    if (this.unread.has(id)) this.inferred.add(id)
    this.read.set(id, was)
    this.settle([id], was.quantity, line)
    const target = this.targets.get(id)
    if (target && note !== was.note) Object.assign(target, { note, line })
    if (target && subject !== was.subject) Object.assign(target, { service, line })
    if (target) target.rejection = rejection
    this.read.delete(id)
    this.unread.delete(id)
    return true
  }

  /** What the client knows of a line that it names. Quantity 0 is a command: it is about the line as it is. */
  private knownAs(id: string, quantity: number): KnownLine | undefined {
    const unread = this.unread.get(id)
    if (quantity === 0 && (unread || this.inferred.has(id))) {
      const item = this.state.items.find((each) => each.id === id && isLive(each))
      if (item) return known(item)
    }
    return this.read.get(id) ?? (unread && asAdded(unread))
  }

  /** All units of one dish with one note, on however many lines they are. */
  takeAlike(line: RequestedLine): void {
    const subject = subjectOf(line)
    const isAlike = (each: KnownLine) => each.subject === subject && each.note === line.note
    const ids = [...this.read].filter(([, was]) => isAlike(was)).map(([id]) => id)
    const others = [...this.unread.values()].filter((item) => isAlike(known(item)))
    const was = ids.reduce((sum, id) => sum + this.read.get(id)!.quantity, 0)
    this.settle(ids, was, line, others)
    for (const id of ids) this.read.delete(id)
  }

  /** Removes lines that the list does not have; units that others added since stay. */
  dropRest(): void {
    for (const [id, { quantity }] of this.read) this.settle([id], quantity, nothing)
  }

  /**
   * Changes lines that were read with `was` units in total to the wanted units. The difference is added to or taken
   * from the present units; units that are already gone are not taken again. `others` are lines of the same dish that
   * were not read: a client without ids may mean them by its additional units, so they count before anything is
   * added.
   */
  private settle(
    ids: readonly string[],
    was: number,
    line: RequestedLine,
    others: readonly ItemRow[] = [],
  ): void {
    const wanted = line.quantity
    const isInferred = ids.some((id) => this.inferred.has(id))
    const live = ids.filter((id) => this.targets.has(id))
    const now = live.reduce((sum, id) => sum + this.targets.get(id)!.quantity, 0)
    // the client wants this, or has seen the change of others: the result is the same
    if (isInferred && wanted === now) was = now
    if (live.length > 0 && isInferred && this.isGuess(was, now, wanted)) this.isUnclear = true
    if (wanted < was) this.takeOff(live, now - Math.min(now, Math.max(wanted, now + wanted - was)))
    const there = others.reduce((sum, { quantity }) => sum + quantity, 0)
    const more = Math.max(0, wanted - was - there)
    const grows = live.at(-1) ?? others.at(-1)?.id
    if (more > 0) this.add(more, line, grows)
    const asRead = ids.map((id) => [id, this.read.get(id)!.quantity] as const)
    // for the client, a removed line that it sent by id is the new one in its place
    const home = grows ?? (line.id ? ids.at(-1) : undefined)
    this.believe(line, [...asRead, ...others.map(({ id, quantity }) => [id, quantity] as const)], home)
  }

  /**
   * Whether units would change by inference only: others changed them since the oldest version that the client can
   * know, and it may know that too; or a list without ids lacks lines that it may never have seen.
   */
  private isGuess(was: number, now: number, wanted: number): boolean {
    if (wanted === was) return false
    return now !== was || (wanted < was && this.from === 'unknown')
  }

  private add(units: number, line: RequestedLine, grows: string | undefined): void {
    const target = grows && this.targets.get(grows)
    if (target) Object.assign(target, { quantity: target.quantity + units, line })
    else this.fresh.push({ ...line, quantity: units })
  }

  private takeOff(ids: readonly string[], units: number): void {
    let left = units
    for (const id of ids.toReversed()) {
      const target = this.targets.get(id)!
      // units that others added to the line stay
      const taken = Math.min(left, target.quantity, this.read.get(id)!.quantity)
      target.quantity -= taken
      left -= taken
    }
  }

  /**
   * Records that the client knows these lines with the sent units in total; units above the limit of a line count at
   * `home`.
   */
  private believe(
    line: RequestedLine,
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

  carriedOut(lines: number, dishes: ReadonlyMap<string, Dish>, defaults: RowDefaults): ListEdit {
    let next = this.state
    for (const [id, { quantity, note, service, rejection, line }] of this.targets) {
      const item = next.items.find((each) => each.id === id)!
      const limit = largest[item.saleUnit]
      if (quantity > limit)
        throw itemError(lines, line?.index ?? 0, 'quantity', 'maximum', {
          limit: quantityOf({ ...item, quantity: limit }),
        })
      next =
        quantity === 0
          ? removeLine(next, item, defaults.now, rejection)
          : changeLine(next, item, { quantity, note, service }, dishes, defaults, line)
    }
    const firstNew = next.items.length
    next = addLines(next, this.fresh, dishes, defaults)
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
