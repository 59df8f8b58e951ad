import { isLive } from '../rules.ts'
import { subjectOfItem } from '../wanted-lines.ts'
import type { SentLine } from '../wanted-lines.ts'
import type { ItemRow, KnownLine, OrderState, Reading } from '../order-state.ts'

/** What a login has read of an order, and in which version it last read or wrote it. */
export interface NotedReading {
  readonly version: number
  readonly lines: Reading
}

/** What the sender of a list takes an order for. */
export interface Knowledge {
  readonly lines: Reading
  /**
   * `read`: what it read is on record. `named`: it never read the order, but the ids in its list show a version that it knows at
   * least. `unknown`: there are no ids either.
   */
  readonly from: 'read' | 'named' | 'unknown'
}

export const known = (item: ItemRow): KnownLine => ({
  subject: subjectOfItem(item),
  quantity: item.quantity,
  note: item.note,
})

/** All of an order's lines. */
export const readingOf = ({ items }: OrderState): Reading =>
  new Map(items.filter(isLive).map((item) => [item.id, known(item)]))

/**
 * What the sender of a list knows at least. An event and an answer show all lines of their version, so whoever names a
 * line by its id has seen all that was there when that line came. Who has read nothing and names nothing may know the
 * order as it was taken.
 */
export function knowledgeOf(
  state: OrderState,
  lines: readonly Pick<SentLine, 'id'>[],
  read: NotedReading | null,
): Knowledge {
  const named = versionNamed(state, lines)
  if (!read) return { lines: linesAt(state, named || 1), from: named ? 'named' : 'unknown' }
  const isBeyond = named >= read.version
  return { lines: isBeyond ? new Map([...linesAt(state, named), ...read.lines]) : read.lines, from: 'read' }
}

/** The version in which the newest line came that a list names by its id; 0 when it names none. */
function versionNamed({ items }: OrderState, lines: readonly Pick<SentLine, 'id'>[]): number {
  const named = new Set(lines.map(({ id }) => id))
  return Math.max(0, ...items.filter(({ id }) => named.has(id)).map(({ versions }) => versions[0]?.[0] ?? 0))
}

/** The lines of an order as they were in one of its versions. */
function linesAt({ items }: OrderState, version: number): Reading {
  const lines = new Map<string, KnownLine>()
  for (const item of items) {
    const [, quantity, note] = item.versions.findLast(([since]) => since <= version) ?? [0, 0, '']
    if (quantity > 0) lines.set(item.id, { subject: subjectOfItem(item), quantity, note })
  }
  return lines
}
