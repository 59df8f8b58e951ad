import type { LoggedEvent } from '../events/log.ts'
import { groups, personalGroup } from '../events/catalogue.ts'
import { eventMessage } from '../events/event-message.ts'
import type { Follower } from './stream-follower.ts'
import { textFrame } from './frame.ts'
import type { LogPages } from './log-page-loader.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { Session } from './socket.ts'
import type { ResetReason } from './stream-state.ts'

interface Parts {
  pageAfter: LogPages['pageAfter']
  metrics: RealtimeMetrics
}

/** Replayed frames are joined up to this many bytes, and wait for the client after each. */
const joinedBytes = 65_536

/** Frames of events that several sockets replay at the same time are built once. */
const frames = new WeakMap<LoggedEvent, Buffer>()

/**
 * Sends a socket what it missed of a stream, page by page and no faster than it reads, then attaches it in the very turn
 * in which it has caught up: no hole and no repeat between the log and the live feed. When the log no longer has it all,
 * or the stream was reset meanwhile, the socket is told to fetch everything anew and attached where the stream stands.
 * @param run of the session; a newer run ends this one
 */
export async function replay(parts: Parts, session: Session, follower: Follower, run: number): Promise<void> {
  if (session.run !== run) return
  const { seq, generation } = session.cursors.get(follower)!
  if (follower.generation !== generation) return startAnew(session, follower, follower.lastReset)
  let cursor = seq
  while (cursor < follower.position) {
    const page = await parts.pageAfter({ ...follower.stream, after: cursor })
    if (session.run !== run) return
    if (follower.generation !== generation) return startAnew(session, follower, follower.lastReset)
    if (page[0]?.seq !== cursor + 1) return startAnew(session, follower, 'log_trimmed')
    for (const chunk of chunksOf(page, session, follower.position)) {
      if (chunk.frames.length > 0) session.write(chunk.bytes, chunk.frames)
      parts.metrics.replayed.inc(chunk.frames.length)
      cursor = chunk.last
      session.cursors.set(follower, { seq: cursor, generation })
      await session.drained()
      if (session.run !== run) return
      if (follower.generation !== generation) return startAnew(session, follower, follower.lastReset)
    }
  }
  attach(session, follower)
}

function startAnew(session: Session, follower: Follower, reason: ResetReason): void {
  session.cursors.delete(follower)
  session.resync(follower, reason)
  follower.attach(session)
}

function attach(session: Session, follower: Follower): void {
  session.cursors.delete(follower)
  follower.attach(session)
}

interface Chunk {
  bytes: Buffer
  /** One for each event in it. */
  frames: readonly Buffer[]
  /** Number of the last event it goes past, in it or not. */
  last: number
}

/** The frames of a page for one socket up to a number, in chunks. */
function* chunksOf(
  page: readonly LoggedEvent[],
  listener: Pick<Session, 'group' | 'userId'>,
  upTo: number,
): Generator<Chunk> {
  let pending: Buffer[] = []
  let bytes = 0
  let last = 0
  for (const event of page) {
    if (event.seq > upTo) break
    last = event.seq
    if (!isFor(listener, event)) continue
    const frame = frameOf(event)
    pending.push(frame)
    bytes += frame.length
    if (bytes < joinedBytes) continue
    yield { bytes: Buffer.concat(pending, bytes), frames: pending, last }
    pending = []
    bytes = 0
  }
  yield { bytes: Buffer.concat(pending, bytes), frames: pending, last }
}

function isFor({ group, userId }: Pick<Session, 'group' | 'userId'>, { groups: mask, data }: LoggedEvent) {
  if ((mask & groups[group]) === 0) return false
  return group !== personalGroup || (JSON.parse(data) as { user_id: string }).user_id === userId
}

function frameOf(event: LoggedEvent): Buffer {
  let frame = frames.get(event)
  if (!frame) {
    frame = textFrame(eventMessage(event, true))
    frames.set(event, frame)
  }
  return frame
}
