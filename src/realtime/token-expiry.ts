import type { Clock } from '../lib/clock.ts'
import type { Subscriber } from './subscriber.ts'

/** Ends sockets whose token has run out, within half a second, from one timer for all of them. */
export interface TokenExpiry {
  /** Sets or moves the moment a socket ends. */
  set(socket: Subscriber, at: Date): void
  delete(socket: Subscriber): void
  stop(): void
}

interface Deps {
  clock: Clock
  onExpired: (socket: Subscriber) => void
}

const tickMs = 500

export function createTokenExpiry({ clock, onExpired }: Deps): TokenExpiry {
  const secondNow = () => Math.floor(clock().getTime() / 1000)
  /** Sockets by the second they end in. */
  const due = new Map<number, Set<Subscriber>>()
  const secondOf = new Map<Subscriber, number>()
  let reached = secondNow()

  const remove = (socket: Subscriber) => {
    const second = secondOf.get(socket)
    if (second === undefined) return
    secondOf.delete(socket)
    const others = due.get(second)
    others?.delete(socket)
    if (others?.size === 0) due.delete(second)
  }

  const end = (second: number) => {
    for (const socket of due.get(second) ?? []) {
      remove(socket)
      onExpired(socket)
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
    set(socket, at) {
      remove(socket)
      const second = Math.max(Math.ceil(at.getTime() / 1000), reached + 1)
      secondOf.set(socket, second)
      const others = due.get(second)
      if (others) others.add(socket)
      else due.set(second, new Set([socket]))
    },
    delete: remove,
    stop: () => clearInterval(ticking),
  }
}
