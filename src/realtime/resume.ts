import type { BaseLogger } from 'pino'
import { streamOf } from '../events/stream-key.ts'
import type { Admitted } from './authentication.ts'
import * as messages from './protocol.ts'
import type { ResyncReason, Standing } from './protocol.ts'
import type { Follower } from './stream-follower.ts'
import type { Hub } from './hub.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { readPosition, readPositions } from './position.ts'
import type { Position } from './position.ts'
import { replay } from './replay.ts'
import type { Cursor, ResumeWish, Session } from './socket.ts'

/** How a client wishes to begin, from its address. */
export interface Wish {
  /** `?since=`, where a socket of one stream goes on. */
  readonly since: string | undefined
  /** `?resume=1`: the positions of a company-wide socket come as its first message. */
  readonly resume: boolean
}

/** Whether a client asks to be told where it stands. */
const knowsPositions = ({ since, resume }: Wish): boolean => since !== undefined || resume

/** Brings sockets and streams together: greeting, resuming, leaving. */
export interface Joining {
  /** Greets an admitted socket and attaches it to its streams, replaying first what it missed. */
  join(session: Session, admitted: Admitted, wish: Wish): Promise<void>
  /** Takes an open socket back to the positions it names. */
  resume(session: Session, wish: ResumeWish): Promise<void>
  /**
   * Leads an open socket of a company that had no branches over to its first branch, whose stream goes on where the
   * company's own ends, with its numbers. The socket is greeted anew, with the position it has reached.
   */
  goOnInBranch(session: Session, admitted: Admitted): Promise<void>
  /** Attaches a company-wide socket to a stream that has just come into being. */
  addStream(session: Session, follower: Follower): Promise<void>
  leave(session: Session): void
}

interface Parts {
  hub: Hub
  resumeWaitMs: number
  metrics: RealtimeMetrics
  log: BaseLogger
}

/** Where a socket begins in a stream: at its head, after a number, or anew for a reason. */
type Start =
  | { readonly at: 'head' }
  | ({ readonly at: 'number' } & Cursor)
  | { readonly at: 'anew'; readonly reason: ResyncReason }

const atHead: Start = { at: 'head' }
const anew = (reason: ResyncReason): Start => ({ at: 'anew', reason })

export function createJoining({ hub, resumeWaitMs, metrics, log }: Parts): Joining {
  const replayParts = { pageAfter: hub.pages.pageAfter, metrics }

  /** Announces where the socket begins and attaches it, in one turn; then replays what it missed, stream by stream. */
  async function begin(
    session: Session,
    starts: Map<Follower, Start>,
    announce: (standing: Standing) => void,
  ) {
    const { run } = session
    const followers = [...starts.keys()]
    const resynced: Follower[] = []
    let reason: ResyncReason | undefined
    for (const [follower, found] of starts) {
      const start = current(found, follower)
      if (start.at === 'number' && start.seq < follower.position) session.cursors.set(follower, start)
      else session.cursors.delete(follower)
      if (start.at !== 'anew') continue
      resynced.push(follower)
      reason ??= start.reason
    }
    announce(session.standingOf(followers))
    if (reason) {
      metrics.resyncs.inc({ reason })
      const { epoch } = followers[0]!
      session.send(messages.resyncRequired(reason, epoch, session.standingOf(resynced)))
    }
    const behind = followers.filter((follower) => session.cursors.has(follower))
    for (const follower of followers) if (!behind.includes(follower)) follower.attach(session)
    listenToCompany(session)
    for (const follower of behind) await replay(replayParts, session, follower, run)
    if (reason) metrics.replays.inc({ result: reason })
    else if (behind.length > 0) metrics.replays.inc({ result: 'replayed' })
  }

  /** From now on the socket hears of streams that come into being; those that did while it was opening come first. */
  function listenToCompany(session: Session): void {
    const { watch } = session
    if (!watch || session.closed) return
    watch.listeners.add(session)
    for (const follower of watch.followers.values()) {
      if (!session.followers.includes(follower)) session.streamAdded(follower)
    }
  }

  /** Where a socket that comes back with a position begins. */
  async function startAfter(follower: Follower, position: Position | null): Promise<Start> {
    if (!position) return anew('malformed_position')
    const { generation } = follower
    const { seq, epoch } = position
    if (epoch !== null && epoch !== follower.epoch) return anew('epoch_changed')
    // the client may have read in a snapshot what has not arrived here yet
    if (seq > follower.position && !(await follower.reaches(seq))) return anew('position_ahead')
    if (seq < follower.position && !(await isKeptAfter(follower, seq))) return anew('log_trimmed')
    return { at: 'number', seq, generation }
  }

  /** Where a socket begins that knows nothing of a stream yet: before the first event the log keeps. */
  async function startOfLog(follower: Follower): Promise<Start> {
    const { generation } = follower
    if (follower.position === 0) return { at: 'number', seq: 0, generation }
    const first = await hub.pages.keptFrom({ ...follower.stream, after: 0 })
    return first === null ? atHead : { at: 'number', seq: first - 1, generation }
  }

  /** Whether the log still has what follows a number. */
  async function isKeptAfter({ stream }: Follower, after: number): Promise<boolean> {
    const first = await hub.pages.keptFrom({ ...stream, after })
    return first !== null && first <= after + 1
  }

  async function startsOf(session: Session, since: unknown, epoch: unknown): Promise<Map<Follower, Start>> {
    const { followers, admitted } = session
    await Promise.all(followers.map((follower) => follower.live))
    const known = typeof epoch === 'string' ? epoch : null
    const inHistory = (position: Position | null) =>
      position && { ...position, epoch: position.epoch ?? known }
    if (!admitted!.companyWide) {
      const [follower] = followers
      return new Map([[follower!, await startAfter(follower!, inHistory(readPosition(since)))]])
    }
    const positions = readPositions(since)
    const starts = followers.map(async (follower): Promise<[Follower, Start]> => {
      if (!positions) return [follower, anew('malformed_position')]
      const position = positions.get(follower.stream.streamId)
      return [
        follower,
        position ? await startAfter(follower, inHistory(position)) : await startOfLog(follower),
      ]
    })
    return new Map(await Promise.all(starts))
  }

  async function follow(session: Session, { companyId, branchId, companyWide }: Admitted): Promise<void> {
    if (branchId !== null) {
      const follower = hub.retain(streamOf(companyId, branchId))
      session.followers = [follower]
      return follower.live
    }
    const watch = await hub.watch(companyId)
    if (session.closed) return hub.unwatch(watch)
    session.watch = watch
    await watch.live()
    const own = watch.followers.get(companyId)
    if (companyWide) session.followers = [...watch.followers.values()].filter(({ position }) => position >= 0)
    else if (own) session.followers = [own]
    // there was no branch when it was admitted
    else session.close('scope_changed')
  }

  /** Where a socket begins that was let in at a moment. */
  async function startsWished(session: Session, wish: Wish, moment: number): Promise<Map<Follower, Start>> {
    if (wish.since !== undefined) return startsOf(session, wish.since, null)
    const message =
      wish.resume && session.admitted!.companyWide ? await resumeWishOf(session, resumeWaitMs) : null
    if (message && !session.closed) return startsOf(session, message.since, message.epoch)
    // with the log out of reach, where the streams stand here is the best there is
    await Promise.all(session.followers.map((follower) => follower.caughtUpWith(moment).catch(() => {})))
    return new Map(session.followers.map((follower) => [follower, atHead]))
  }

  /** Whatever cannot be read now can be read later, with the position the client has. */
  const orLater = async (session: Session, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      if (session.closed) return
      log.warn(
        { err: error, company: session.admitted?.companyId },
        'cannot serve a socket from the event log',
      )
      session.close('try_later')
    }
  }

  const joining: Joining = {
    join: (session, admitted, wish) =>
      orLater(session, async () => {
        const moment = performance.now()
        session.admitted = admitted
        if (knowsPositions(wish)) session.tellPositions()
        await follow(session, admitted)
        if (session.closed) return
        const starts = await startsWished(session, wish, moment)
        if (session.closed) return
        await begin(session, starts, (standing) => {
          const { epoch } = session.followers[0]!
          session.greet(messages.hello({ ...admitted, group: session.group }, epoch, standing))
        })
        const late = session.resumeWish
        session.resumeWish = null
        if (late && !session.closed) await joining.resume(session, late)
      }),
    resume: (session, wish) =>
      orLater(session, async () => {
        const run = ++session.run
        session.tellPositions()
        for (const follower of session.followers) {
          follower.settle(session.group)
          follower.detach(session)
          if (!session.cursors.has(follower))
            session.cursors.set(follower, cursorAt(follower, follower.position))
        }
        const starts = await startsOf(session, wish.since, wish.epoch)
        if (session.run !== run) return
        await begin(session, starts, (standing) =>
          session.send(messages.position(session.followers[0]!.epoch, standing)),
        )
      }),
    goOnInBranch: (session, admitted) =>
      orLater(session, async () => {
        const { group, watch } = session
        const run = ++session.run
        const [own] = session.followers
        own!.settle(group)
        own!.detach(session)
        const { seq } = session.cursors.get(own!) ?? { seq: own!.position }
        const { epoch } = own!
        session.cursors.clear()
        watch?.listeners.delete(session)
        session.admitted = admitted
        const follower = hub.retain(streamOf(admitted.companyId, admitted.firstBranchId))
        session.followers = [follower]
        session.cursors.set(follower, cursorAt(follower, seq))
        if (watch && admitted.companyWide) hub.release(follower)
        else if (watch) {
          session.watch = null
          hub.unwatch(watch)
        }
        session.send(messages.hello({ ...admitted, group }, epoch, session.standingOf([follower])))
        await follower.live
        if (session.run !== run) return
        const start = await startAfter(follower, { seq, epoch })
        if (session.run !== run) return
        await begin(session, new Map([[follower, start]]), () => {})
      }),
    addStream: (session, follower) =>
      orLater(session, async () => {
        const { run } = session
        session.cursors.set(follower, cursorAt(follower, 0))
        await follower.live
        if (session.run !== run) return
        const start = await startOfLog(follower)
        if (session.run !== run) return
        session.cursors.set(follower, start.at === 'number' ? start : cursorAt(follower, follower.position))
        await replay(replayParts, session, follower, run)
      }),
    leave(session) {
      if (session.watch) hub.unwatch(session.watch)
      else if (session.followers.length > 0) hub.release(session.followers[0]!)
    },
  }
  return joining
}

const cursorAt = ({ generation }: Follower, seq: number): Cursor => ({ seq, generation })

/** A number found before the stream was reset says nothing after it. */
function current(start: Start, follower: Follower): Start {
  return start.at === 'number' && start.generation !== follower.generation ? anew(follower.lastReset) : start
}

/** The resume message of a socket that said one would come; null when it did not in time. */
async function resumeWishOf(session: Session, waitMs: number): Promise<ResumeWish | null> {
  if (!session.resumeWish) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      session.onResumeWish = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const wish = session.resumeWish
  session.onResumeWish = null
  session.resumeWish = null
  return wish
}
