import type { AppendedBatch } from './log.ts'
import { eventMessage } from './wire.ts'

/**
 * What the bus carries: the events that one transaction appended to one stream, in one binary message. Everything a
 * replica needs stands outside of the payload, so it parses no JSON:
 *
 *     version u8 · first number u48 · count u32 · count × (groups u8 · length u32) · messages
 *
 * A count of 0 is a bare doorbell: the stream has grown to the number before the first; read the log.
 */
export interface Envelope {
  readonly first: number
  readonly events: readonly CarriedEvent[]
}

/** One event on its way: who sees it, and the complete message clients get. */
interface CarriedEvent {
  readonly groups: number
  readonly message: Buffer
}

const version = 1
const headerBytes = 1 + 6 + 4
const entryBytes = 1 + 4

/** More than this is announced by a bare doorbell: a message for every replica is no place for megabytes. */
export const maxEnvelopeBytes = 1024 * 1024

export function encodeEnvelope({ events }: AppendedBatch): Buffer {
  const messages = events.map((event) => eventMessage(event))
  const lengths = messages.map((message) => Buffer.byteLength(message))
  const bytes = lengths.reduce((sum, length) => sum + length, headerBytes + entryBytes * events.length)
  if (bytes > maxEnvelopeBytes) return header(headerBytes, events.at(-1)!.seq + 1, 0)
  const envelope = header(bytes, events[0]!.seq, events.length)
  let entry = headerBytes
  let start = headerBytes + entryBytes * events.length
  events.forEach((event, i) => {
    envelope.writeUInt8(event.groups, entry)
    envelope.writeUInt32BE(lengths[i]!, entry + 1)
    envelope.write(messages[i]!, start)
    entry += entryBytes
    start += lengths[i]!
  })
  return envelope
}

/** Reads an envelope; the messages share its memory. Null for what is none, or one of another version. */
export function decodeEnvelope(bytes: Buffer): Envelope | null {
  if (bytes.length < headerBytes || bytes[0] !== version) return null
  const first = bytes.readUIntBE(1, 6)
  const count = bytes.readUInt32BE(7)
  let entry = headerBytes
  let start = headerBytes + entryBytes * count
  if (first < 1 || start > bytes.length) return null
  const events: CarriedEvent[] = []
  for (let i = 0; i < count; i++) {
    const end = start + bytes.readUInt32BE(entry + 1)
    if (end > bytes.length) return null
    events.push({ groups: bytes[entry]!, message: bytes.subarray(start, end) })
    entry += entryBytes
    start = end
  }
  return start === bytes.length ? { first, events } : null
}

function header(bytes: number, first: number, count: number): Buffer {
  const envelope = Buffer.allocUnsafe(bytes)
  envelope.writeUInt8(version, 0)
  envelope.writeUIntBE(first, 1, 6)
  envelope.writeUInt32BE(count, 7)
  return envelope
}
