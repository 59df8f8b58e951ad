import { contextBytes } from '../tracing/tracing.ts'
import type { AppendedBatch } from './log.ts'
import { eventMessage } from './event-message.ts'

/**
 * A bus message: the events that one transaction appended to one stream, in binary. Everything that a replica needs is
 * outside of the payload, so it parses no JSON:
 *
 *     version u8 · first number u48 · count u32 · count × (groups u8 · length u32) · messages
 *
 * Version 2 is for traced changes and has the span context before the first number. A replica that does not know a
 * version reads the log instead.
 *
 * A count of 0 carries no events: the head of the stream is the number before the first, and the events are in the log.
 */
export interface Envelope {
  readonly first: number
  readonly events: readonly CarriedEvent[]
  /** Context of the publishing span, if the change is traced. */
  readonly trace?: Buffer
}

/** One event: the groups that see it, and the complete message for clients. */
interface CarriedEvent {
  readonly groups: number
  readonly message: Buffer
}

const untraced = 1
const traced = 2
/** Without span context. */
const headerBytes = 1 + 6 + 4
const entryBytes = 1 + 4

/** A larger batch is published without its events: replicas read them from the log. */
export const maxEnvelopeBytes = 1024 * 1024

/** @param trace context of the publishing span, if the change is traced */
export function encodeEnvelope({ events }: AppendedBatch, trace?: Buffer): Buffer {
  const messages = events.map((event) => eventMessage(event))
  const lengths = messages.map((message) => Buffer.byteLength(message))
  const head = headerBytes + (trace?.length ?? 0)
  const bytes = lengths.reduce((sum, length) => sum + length, head + entryBytes * events.length)
  if (bytes > maxEnvelopeBytes) return begin(head, events.at(-1)!.seq + 1, 0, trace)
  const envelope = begin(bytes, events[0]!.seq, events.length, trace)
  let entry = head
  let start = head + entryBytes * events.length
  events.forEach((event, i) => {
    envelope.writeUInt8(event.groups, entry)
    envelope.writeUInt32BE(lengths[i]!, entry + 1)
    envelope.write(messages[i]!, start)
    entry += entryBytes
    start += lengths[i]!
  })
  return envelope
}

/** Decodes an envelope without copying: the parts share its memory. Null for a malformed one or an unknown version. */
export function decodeEnvelope(bytes: Buffer): Envelope | null {
  const version = bytes[0]
  if (version !== untraced && version !== traced) return null
  const at = version === traced ? 1 + contextBytes : 1
  let entry = at + 6 + 4
  if (bytes.length < entry) return null
  const first = bytes.readUIntBE(at, 6)
  const count = bytes.readUInt32BE(at + 6)
  let start = entry + entryBytes * count
  if (first < 1 || start > bytes.length) return null
  const events: CarriedEvent[] = []
  for (let i = 0; i < count; i++) {
    const end = start + bytes.readUInt32BE(entry + 1)
    if (end > bytes.length) return null
    events.push({ groups: bytes[entry]!, message: bytes.subarray(start, end) })
    entry += entryBytes
    start = end
  }
  if (start !== bytes.length) return null
  return version === traced ? { first, events, trace: bytes.subarray(1, at) } : { first, events }
}

function begin(bytes: number, first: number, count: number, trace: Buffer | undefined): Buffer {
  const envelope = Buffer.allocUnsafe(bytes)
  envelope.writeUInt8(trace ? traced : untraced, 0)
  const at = 1 + (trace?.copy(envelope, 1) ?? 0)
  envelope.writeUIntBE(first, at, 6)
  envelope.writeUInt32BE(count, at + 6)
  return envelope
}
