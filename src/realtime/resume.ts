import type { BaseLogger } from 'pino'
import { streamOf } from '../events/stream-key.ts'
import type { AuthenticatedClient } from './authentication.ts'
import * as messages from './protocol.ts'
import type { ResyncReason } from './messages.ts'
import type { Standing } from './protocol.ts'
import type { Follower } from './stream-follower.ts'
import type { Hub } from './hub.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { readSince } from './position.ts'
import type { Position } from './position.ts'
import { replay } from './replay.ts'
import type { Cursor, ResumeMessage, Subscriber } from './subscriber.ts'

/** How a client asks to begin, from its address. */
export interface ResumeRequest {
  /** The position at which it continues, as a text. */
  readonly since: string | undefined
  /** `?resume=1`: the positions of a company-wide socket come as its first message. */
  readonly resume: boolean
}

/** Whether a client wants to know its position. */
const knowsPositions = ({ since, resume }: ResumeRequest): boolean => since !== undefined || resume

/** Joins sockets to streams: greeting, resuming, leaving. */
export interface ResumeHandler {
  /** Greets an authenticated socket and attaches it to its streams, after a replay of what it missed. */
  join(socket: Subscriber, authenticated: AuthenticatedClient, request: ResumeRequest): Promise<void>
  /** Takes an open socket back to the positions it names. */
  resume(socket: Subscriber, request: ResumeMessage): Promise<void>
  /**
   * Moves an open socket of a company without branches to the company's first branch. The branch's stream continues
   * where the company's own ends, with its numbers. The socket is greeted again, with its position.
   */
  moveToFirstBranch(socket: Subscriber, authenticated: AuthenticatedClient): Promise<void>
  /** Attaches a company-wide socket to a new stream. */
  addStream(socket: Subscriber, follower: Follower): Promise<void>
  leave(socket: Subscriber): void
}

interface Deps {
  hub: Hub
  resumeWaitMs: number
  metrics: RealtimeMetrics
  log: BaseLogger
}

/**
 * Where a socket begins in a stream: at its head, after a number, or after fetching everything again, with the reason.
 */
type Start =
  | { readonly at: 'head' }
  | ({ readonly at: 'number' } & Cursor)
  | { readonly at: 'resync'; readonly reason: ResyncReason }

const atHead: Start = { at: 'head' }
const resyncFor = (reason: ResyncReason): Start => ({ at: 'resync', reason })

export function createResumeHandler({ hub, resumeWaitMs, metrics, log }: Deps): ResumeHandler {
  const replayDeps = { pageAfter: hub.pages.pageAfter, metrics }

  /** Announces where the socket begins and attaches it, in one turn; then replays what it missed, stream by stream. */
  async function begin(
    socket: Subscriber,
    starts: Map<Follower, Start>,
    announce: (standing: Standing) => void,
  ) {
    const { run } = socket
    const followers = [...starts.keys()]
    const resynced: Follower[] = []
    let reason: ResyncReason | undefined
    for (const [follower, found] of starts) {
      const start = current(found, follower)
      if (start.at === 'number' && start.seq < follower.position) socket.cursors.set(follower, start)
      else socket.cursors.delete(follower)
      if (start.at !== 'resync') continue
      resynced.push(follower)
      reason ??= start.reason
    }
    announce(socket.standingOf(followers))
    if (reason) {
      metrics.resyncs.inc({ reason })
      const { epoch } = followers[0]!
      socket.send(messages.resyncRequired(reason, epoch, socket.standingOf(resynced)))
    }
    const behind = followers.filter((follower) => socket.cursors.has(follower))
    for (const follower of followers) if (!behind.includes(follower)) follower.attach(socket)
    listenToCompany(socket)
    for (const follower of behind) await replay(replayDeps, socket, follower, run)
    if (socket.run === run && socket.tellsWhenCurrent && socket.sendsPositions) socket.sendPosition()
    // a client that polls comes back all the time
    if (!socket.sendsPositions) return
    if (reason) metrics.replays.inc({ result: reason })
    else if (behind.length > 0) metrics.replays.inc({ result: 'replayed' })
  }

  /** From now on the socket is added to new streams; those created while it was opening come first. */
  function listenToCompany(socket: Subscriber): void {
    const { company } = socket
    if (!company || socket.closed) return
    company.listeners.add(socket)
    for (const follower of company.followers.values()) {
      if (!socket.followers.includes(follower)) socket.streamAdded(follower)
    }
  }

  /** Where a socket that returns with a position begins. */
  async function startAfter(follower: Follower, position: Position): Promise<Start> {
    const { generation } = follower
    const { seq, epoch } = position
    if (epoch !== null && epoch !== follower.epoch) return resyncFor('epoch_changed')
    // the client may have read a snapshot with events that have not arrived here yet
    if (seq > follower.position && !(await follower.reaches(seq))) return resyncFor('position_ahead')
    if (seq < follower.position && !(await isKeptAfter(follower, seq))) return resyncFor('log_trimmed')
    return { at: 'number', seq, generation }
  }

  /** Where a socket begins that has no position in the stream: before the first event the log keeps. */
  async function startOfLog(follower: Follower): Promise<Start> {
    const { generation } = follower
    if (follower.position === 0) return { at: 'number', seq: 0, generation }
    const first = await hub.pages.keptFrom({ ...follower.stream, after: 0 })
    return first === null ? atHead : { at: 'number', seq: first - 1, generation }
  }

  /** Whether the log still has all events after a number. */
  async function isKeptAfter({ stream }: Follower, after: number): Promise<boolean> {
    const first = await hub.pages.keptFrom({ ...stream, after })
    return first !== null && first <= after + 1
  }

  async function startsOf(socket: Subscriber, since: unknown, epoch: unknown): Promise<Map<Follower, Start>> {
    const { followers, authenticated } = socket
    await Promise.all(followers.map((follower) => follower.live))
    const known = typeof epoch === 'string' ? epoch : null
    const streams = followers.map(({ stream }) => stream.streamId)
    const positions = readSince(since, streams, authenticated!.companyWide)
    const starts = followers.map(async (follower): Promise<[Follower, Start]> => {
      if (!positions) return [follower, resyncFor('malformed_position')]
      const position = positions.get(follower.stream.streamId)
      if (!position) return [follower, await startOfLog(follower)]
      return [follower, await startAfter(follower, { ...position, epoch: position.epoch ?? known })]
    })
    return new Map(await Promise.all(starts))
  }

  async function follow(
    socket: Subscriber,
    { companyId, branchId, companyWide }: AuthenticatedClient,
  ): Promise<void> {
    if (branchId !== null) {
      const follower = hub.retain(streamOf(companyId, branchId))
      socket.followers = [follower]
      return follower.live
    }
    const company = await hub.followCompany(companyId)
    if (socket.closed) return hub.unfollowCompany(company)
    socket.company = company
    await company.live()
    const own = company.followers.get(companyId)
    if (companyWide)
      socket.followers = [...company.followers.values()].filter(({ position }) => position >= 0)
    else if (own) socket.followers = [own]
    // the first branch was created after the authentication
    else socket.close('scope_changed')
  }

  /** Where a socket begins that was authenticated at a moment. */
  async function requestedStarts(
    socket: Subscriber,
    request: ResumeRequest,
    moment: number,
  ): Promise<Map<Follower, Start>> {
    if (request.since !== undefined) return startsOf(socket, request.since, null)
    const message =
      request.resume && socket.authenticated!.companyWide
        ? await waitForResumeMessage(socket, resumeWaitMs)
        : null
    if (message && !socket.closed) return startsOf(socket, message.since, message.epoch)
    // if the log cannot be read, the sockets begin at the positions known here
    await Promise.all(socket.followers.map((follower) => follower.caughtUpWith(moment).catch(() => {})))
    return new Map(socket.followers.map((follower) => [follower, atHead]))
  }

  /** Closes the socket if the log cannot be read: the client can return later with its position. */
  const orLater = async (socket: Subscriber, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      if (socket.closed) return
      log.warn(
        { err: error, company: socket.authenticated?.companyId },
        'cannot serve a socket from the event log',
      )
      socket.close('try_later')
    }
  }

  const resumeHandler: ResumeHandler = {
    join: (socket, authenticated, request) =>
      orLater(socket, async () => {
        const moment = performance.now()
        socket.authenticated = authenticated
        if (knowsPositions(request)) socket.enablePositions()
        await follow(socket, authenticated)
        if (socket.closed) return
        const starts = await requestedStarts(socket, request, moment)
        if (socket.closed) return
        await begin(socket, starts, (standing) => {
          const { epoch } = socket.followers[0]!
          socket.open(messages.hello({ ...authenticated, group: socket.group }, epoch, standing))
        })
        const late = socket.resumeMessage
        socket.resumeMessage = null
        if (late && !socket.closed) await resumeHandler.resume(socket, late)
      }),
    resume: (socket, request) =>
      orLater(socket, async () => {
        const run = ++socket.run
        socket.enablePositions()
        for (const follower of socket.followers) {
          follower.settle(socket.group)
          follower.detach(socket)
          if (!socket.cursors.has(follower))
            socket.cursors.set(follower, cursorAt(follower, follower.position))
        }
        const starts = await startsOf(socket, request.since, request.epoch)
        if (socket.run !== run) return
        await begin(socket, starts, (standing) =>
          socket.send(messages.position(socket.followers[0]!.epoch, standing)),
        )
      }),
    moveToFirstBranch: (socket, authenticated) =>
      orLater(socket, async () => {
        const { group, company } = socket
        const run = ++socket.run
        const [own] = socket.followers
        own!.settle(group)
        own!.detach(socket)
        const { seq } = socket.cursors.get(own!) ?? { seq: own!.position }
        const { epoch } = own!
        socket.cursors.clear()
        company?.listeners.delete(socket)
        socket.authenticated = authenticated
        const follower = hub.retain(streamOf(authenticated.companyId, authenticated.firstBranchId))
        socket.followers = [follower]
        socket.cursors.set(follower, cursorAt(follower, seq))
        if (company && authenticated.companyWide) hub.release(follower)
        else if (company) {
          socket.company = null
          hub.unfollowCompany(company)
        }
        socket.send(messages.hello({ ...authenticated, group }, epoch, socket.standingOf([follower])))
        await follower.live
        if (socket.run !== run) return
        const start = await startAfter(follower, { seq, epoch })
        if (socket.run !== run) return
        await begin(socket, new Map([[follower, start]]), () => {})
      }),
    addStream: (socket, follower) =>
      orLater(socket, async () => {
        const { run } = socket
        socket.cursors.set(follower, cursorAt(follower, 0))
        await follower.live
        if (socket.run !== run) return
        const start = await startOfLog(follower)
        if (socket.run !== run) return
        socket.cursors.set(follower, start.at === 'number' ? start : cursorAt(follower, follower.position))
        await replay(replayDeps, socket, follower, run)
      }),
    leave(socket) {
      if (socket.company) hub.unfollowCompany(socket.company)
      else if (socket.followers.length > 0) hub.release(socket.followers[0]!)
    },
  }
  return resumeHandler
}

const cursorAt = ({ generation }: Follower, seq: number): Cursor => ({ seq, generation })

/** A number found before a reset of the stream is no longer valid. */
function current(start: Start, follower: Follower): Start {
  return start.at === 'number' && start.generation !== follower.generation
    ? resyncFor(follower.lastReset)
    : start
}

/** The announced resume message of a socket; null when it did not arrive in time. */
async function waitForResumeMessage(socket: Subscriber, waitMs: number): Promise<ResumeMessage | null> {
  if (!socket.resumeMessage) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      socket.onResumeMessage = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const request = socket.resumeMessage
  socket.onResumeMessage = null
  socket.resumeMessage = null
  return request
}
