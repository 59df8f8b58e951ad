/** How far a client has come in the events: one number, or one per branch on a socket of a whole company. */
export interface Position {
  /** The history of the service's database; numbers of another one are not valid. */
  readonly epoch: string
  readonly seq?: number | undefined
  readonly positions?: Readonly<Record<string, number>> | undefined
  /** The name of the group the numbers belong to, as the service greets; missing in a position that was given. */
  readonly group?: string | undefined
}

/** Where a position is kept. The functions of a `Map` and of `localStorage` fit. */
export interface PositionStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>
  set(key: string, value: string): unknown
}

interface WebStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Keeps positions in the storage of a browser, by default `localStorage`. */
export function webStorage(
  storage: WebStorage = (globalThis as unknown as { localStorage: WebStorage }).localStorage,
): PositionStorage {
  return {
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
  }
}

/** Reads `<epoch>:<seq>`, or takes a position as it is, such as a snapshot, which has `epoch` and `seq`. */
export function toPosition(since: string | Position): Position {
  if (typeof since !== 'string') return since
  const [, epoch, seq] = /^([\w-]+):(\d+)$/.exec(since) ?? []
  if (!epoch) throw new TypeError(`since is no position: ${since}`)
  return { epoch, seq: Number(seq) }
}

/** The number reached in the stream of an event; null when nothing is known of the stream. */
export const reachedIn = ({ seq, positions }: Position, stream: string): number | null =>
  positions ? (positions[stream] ?? null) : (seq ?? null)

/** The position after an event. */
export const after = (position: Position, stream: string, seq: number): Position =>
  position.positions
    ? { ...position, positions: { ...position.positions, [stream]: seq } }
    : { ...position, seq }

/** The further of two positions of one history, stream by stream. */
export function furthest(one: Position, other: Position): Position {
  if (one.epoch !== other.epoch) return one
  if (!one.positions || !other.positions)
    return { ...one, ...((other.seq ?? -1) > (one.seq ?? -1) && { seq: other.seq }) }
  const positions = { ...one.positions }
  for (const [stream, seq] of Object.entries(other.positions))
    positions[stream] = Math.max(positions[stream] ?? 0, seq)
  return { ...one, positions }
}
