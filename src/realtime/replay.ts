import type { LoggedEvent } from '../events/log.ts'
import { groups, personalGroup } from '../events/catalogue.ts'
import { eventMessage } from '../events/event-message.ts'
import type { Follower } from './stream-follower.ts'
import { textFrame } from './frame.ts'
import type { LogPageLoader } from './log-page-loader.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { ResetReason } from './stream-state.ts'
import type { Subscriber } from './subscriber.ts'

interface Deps {
  pageAfter: LogPageLoader['pageAfter']
  metrics: RealtimeMetrics
}

/** Replayed frames are joined up to this many bytes; after each write the replay waits until the client has read it. */
const joinedBytes = 65_536

/** Frames of events that several sockets replay at the same time are built once. */
const frames = new WeakMap<LoggedEvent, Buffer>()

/**
 * Sends a socket the events it missed, page by page and no faster than the client reads. It attaches the socket in the
 * same turn in which it has caught up, so there is no gap and no repeat between the log and the live events. When the
 * log no longer has all of them, or the stream was reset meanwhile, the client is told to fetch everything again and
 * the socket is attached at the stream's position.
 * @param run of the socket; a newer run ends this one
 */
export async function replay(deps: Deps, socket: Subscriber, follower: Follower, run: number): Promise<void> {
  if (socket.run !== run) return
  const { seq, generation } = socket.cursors.get(follower)!
  if (follower.generation !== generation) return restart(socket, follower, follower.lastReset)
  let cursor = seq
  while (cursor < follower.position) {
    const page = await deps.pageAfter({ ...follower.stream, after: cursor })
    if (socket.run !== run) return
    if (follower.generation !== generation) return restart(socket, follower, follower.lastReset)
    if (page[0]?.seq !== cursor + 1) return restart(socket, follower, 'log_trimmed')
    for (const chunk of chunksOf(page, socket, follower.position)) {
      if (chunk.frames.length > 0) socket.write(chunk.bytes, chunk.frames, follower)
      deps.metrics.replayed.inc(chunk.frames.length)
      cursor = chunk.last
      socket.cursors.set(follower, { seq: cursor, generation })
      await socket.drained()
      if (socket.run !== run) return
      if (follower.generation !== generation) return restart(socket, follower, follower.lastReset)
    }
  }
  attach(socket, follower)
}

function restart(socket: Subscriber, follower: Follower, reason: ResetReason): void {
  socket.cursors.delete(follower)
  socket.resync(follower, reason)
  follower.attach(socket)
}

function attach(socket: Subscriber, follower: Follower): void {
  socket.cursors.delete(follower)
  follower.attach(socket)
}

interface Chunk {
  bytes: Buffer
  /** One frame per event. */
  frames: readonly Buffer[]
  /** Number of the last event it covers, whether contained or not. */
  last: number
}

/** The frames of a page for one socket up to an event number, in chunks. */
function* chunksOf(
  page: readonly LoggedEvent[],
  listener: Pick<Subscriber, 'group' | 'userId'>,
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

function isFor({ group, userId }: Pick<Subscriber, 'group' | 'userId'>, { groups: mask, data }: LoggedEvent) {
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
