/** The position of a returning client, with the epoch if the client gave it. */
export interface Position {
  readonly seq: number
  readonly epoch: string | null
}

/** Reads `42`, `"42"` or `"<epoch>:42"`; null when malformed. */
export function readPosition(value: unknown): Position | null {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 ? { seq: value, epoch: null } : null
  if (typeof value !== 'string') return null
  const [, epoch, digits] = /^(?:([\w-]{1,64}):)?(\d{1,15})$/.exec(value) ?? []
  return digits === undefined ? null : { seq: Number(digits), epoch: epoch ?? null }
}

/** Reads one position per stream; null when malformed. */
export function readPositions(value: unknown): Map<string, Position> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const positions = new Map<string, Position>()
  for (const [streamId, text] of Object.entries(value)) {
    const position = readPosition(text)
    if (!position) return null
    positions.set(streamId.toLowerCase(), position)
  }
  return positions
}
