import { isLive } from '../rules.ts'
import { subjectOfItem } from '../requested-lines.ts'
import type { SentLine } from '../requested-lines.ts'
import type { ItemRow, KnownLine, OrderState, Reading } from '../order-state.ts'

/** What a session has read of an order, and the version that it last read or wrote. */
export interface NotedReading {
  readonly version: number
  readonly lines: Reading
}

/** What the sender of a list knows of an order. */
export interface Knowledge {
  readonly lines: Reading
  /**
   * `read`: its reading is recorded. `named`: no reading, but the ids in its list prove a version that it knows at
   * least. `unknown`: no reading and no ids.
   */
  readonly from: 'read' | 'named' | 'unknown'
  /** Ids of lines that the reading does not have, but the sender's ids prove; none where left out. */
  readonly inferred?: ReadonlySet<string>
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
 * What the sender of a list knows at least. Events and answers show all lines of their version. So a client that
 * sends a line's id has seen all lines of the version in which that line was added. A client without readings and ids
 * may know the order as it was taken.
 */
export function knowledgeOf(
  state: OrderState,
  lines: readonly Pick<SentLine, 'id'>[],
  read: NotedReading | null,
): Knowledge {
  const named = versionNamed(state, lines)
  if (!read) return { lines: linesAt(state, named || 1), from: named ? 'named' : 'unknown' }
  if (named < read.version) return { lines: read.lines, from: 'read' }
  const shown = linesAt(state, named)
  const inferred = new Set([...shown.keys()].filter((id) => !read.lines.has(id)))
  return { lines: new Map([...shown, ...read.lines]), from: 'read', inferred }
}

/** The version in which the newest line with an id in the list was added; 0 without ids. */
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
