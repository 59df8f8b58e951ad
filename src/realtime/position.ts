/** The position of a returning client, with the epoch if the client gave it. */
export interface Position {
  readonly seq: number
  readonly epoch: string | null
}

/** Positions by stream. */
export type Positions = ReadonlyMap<string, Position>

/** How far a client has come in one stream. */
export interface Reached extends Position {
  readonly streamId: string
  readonly epoch: string
}

/**
 * Reads where a client of these streams wants to continue; null when malformed. A client of one stream sends `42` or
 * `"<epoch>:42"`. A client of a whole company sends an object of these by stream, or the text of `writePosition`. The text
 * also serves a client that has come to follow only one of the streams.
 */
export function readSince(
  value: unknown,
  streams: readonly string[],
  companyWide: boolean,
): Positions | null {
  if (typeof value === 'string' && value.includes('=')) {
    const positions = readPositionText(value)
    return companyWide || positions?.has(streams[0]!) ? positions : null
  }
  if (companyWide && typeof value === 'object') return readPositions(value)
  const position = readPosition(value)
  return position && streams.length === 1 ? new Map([[streams[0]!, position]]) : null
}

/**
 * The position as one text: `<epoch>:<seq>`, for a company-wide client `<epoch>:<stream>=<seq>,…`. A stream of another
 * epoch than the first has its own: `<stream>=<epoch>:<seq>`.
 */
export function writePosition(reached: readonly Reached[], companyWide: boolean): string {
  const [first] = reached as [Reached]
  if (!companyWide) return inEpoch(first)
  const entries = reached.map(
    (one) => `${one.streamId}=${one.epoch === first.epoch ? one.seq : inEpoch(one)}`,
  )
  return `${first.epoch}:${entries.join(',')}`
}

/** The epoch of a stream that has just been found is not known yet. */
const inEpoch = ({ epoch, seq }: Reached): string => (epoch === '' ? `${seq}` : `${epoch}:${seq}`)

/** Reads `42`, `"42"` or `"<epoch>:42"`; null when malformed. */
function readPosition(value: unknown): Position | null {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 ? { seq: value, epoch: null } : null
  if (typeof value !== 'string') return null
  const [, epoch, digits] = /^(?:([\w-]{1,64}):)?(\d{1,15})$/.exec(value) ?? []
  return digits === undefined ? null : { seq: Number(digits), epoch: epoch ?? null }
}

/** Reads one position per stream; null when malformed. */
function readPositions(value: unknown): Map<string, Position> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const positions = new Map<string, Position>()
  for (const [streamId, text] of Object.entries(value)) {
    const position = readPosition(text)
    if (!position) return null
    positions.set(streamId.toLowerCase(), position)
  }
  return positions
}

function readPositionText(text: string): Map<string, Position> | null {
  const [, known, list] = /^([\w-]{0,64}):(.*)$/.exec(text) ?? []
  if (list === undefined) return null
  const positions = readPositions(Object.fromEntries(list.split(',').map((entry) => entry.split('=', 2))))
  const epoch = known || null
  return positions && new Map([...positions].map(([id, one]) => [id, { ...one, epoch: one.epoch ?? epoch }]))
}
