import type { Session } from './socket.ts'

interface Parts {
  /** Between two pings of one socket. */
  pingIntervalMs: number
  /** Between two position messages of one socket. */
  positionIntervalMs: number
  /** How long a socket may take until it is greeted. */
  openingMs: number
  /** Called for each socket as often as it is pinged. */
  onBeat: (session: Session) => void
}

/** Pings all sockets from one timer, a part of them at a time; ends those that did not answer the ping before. */
export interface Pulse {
  add(session: Session): void
  delete(session: Session): void
  stop(): void
}

const longestTickMs = 1000

export function createPulse({ pingIntervalMs, positionIntervalMs, openingMs, onBeat }: Parts): Pulse {
  const slots = Math.max(1, Math.ceil(pingIntervalMs / longestTickMs))
  const wheel = Array.from({ length: slots }, () => new Set<Session>())
  const slotOf = new WeakMap<Session, Set<Session>>()
  /** In the order of their coming, with the time they have. */
  const opening = new Map<Session, number>()
  let turn = 0
  let next = 0

  const tick = () => {
    const now = performance.now()
    for (const [session, until] of opening) {
      if (until > now && session.stage === 'opening') break
      opening.delete(session)
      if (session.stage === 'opening') session.close('try_later')
    }
    turn = (turn + 1) % slots
    for (const session of wheel[turn]!) {
      if (session.stage === 'opening') continue
      if (!session.alive) session.terminate()
      else {
        session.alive = false
        session.ping()
        onBeat(session)
      }
    }
  }
  const ticking = setInterval(tick, pingIntervalMs / slots).unref()
  const telling = setInterval(() => {
    for (const slot of wheel) {
      for (const session of slot) if (session.toldPosition) session.tellPosition()
    }
  }, positionIntervalMs).unref()

  return {
    add(session) {
      const slot = wheel[next++ % slots]!
      slot.add(session)
      slotOf.set(session, slot)
      opening.set(session, performance.now() + openingMs)
    },
    delete(session) {
      slotOf.get(session)?.delete(session)
      opening.delete(session)
    },
    stop() {
      clearInterval(ticking)
      clearInterval(telling)
    },
  }
}
