import type { Clock } from '../lib/clock.ts'
import type { Session } from './socket.ts'

/** Ends sockets whose token has run out, within half a second, from one timer for all of them. */
export interface Expiry {
  /** Sets or moves the moment a socket ends. */
  set(session: Session, at: Date): void
  delete(session: Session): void
  stop(): void
}

interface Parts {
  clock: Clock
  onExpired: (session: Session) => void
}

const tickMs = 500

export function createExpiry({ clock, onExpired }: Parts): Expiry {
  const secondNow = () => Math.floor(clock().getTime() / 1000)
  /** Sockets by the second they end in. */
  const due = new Map<number, Set<Session>>()
  const secondOf = new Map<Session, number>()
  let reached = secondNow()

  const remove = (session: Session) => {
    const second = secondOf.get(session)
    if (second === undefined) return
    secondOf.delete(session)
    const others = due.get(second)
    others?.delete(session)
    if (others?.size === 0) due.delete(second)
  }

  const end = (second: number) => {
    for (const session of due.get(second) ?? []) {
      remove(session)
      onExpired(session)
    }
  }

  const tick = () => {
    const now = secondNow()
    // after a leap of the clock there are fewer seconds with sockets than seconds
    if (now - reached > due.size) [...due.keys()].filter((second) => second <= now).forEach(end)
    else for (let second = reached + 1; second <= now; second++) end(second)
    reached = now
  }
  const ticking = setInterval(tick, tickMs).unref()

  return {
    set(session, at) {
      remove(session)
      const second = Math.max(Math.ceil(at.getTime() / 1000), reached + 1)
      secondOf.set(session, second)
      const others = due.get(second)
      if (others) others.add(session)
      else due.set(second, new Set([session]))
    },
    delete: remove,
    stop: () => clearInterval(ticking),
  }
}
