import type { Subscriber } from './subscriber.ts'

interface Deps {
  /** Between two pings to one socket. */
  pingIntervalMs: number
  /** Between two position messages to one socket. */
  positionIntervalMs: number
  /** Limit for the time until a socket is greeted. */
  openingMs: number
  /** Called for each socket with every ping. */
  onBeat: (socket: Subscriber) => void
}

/**
 * Pings all sockets from one timer, a part of them per tick. Terminates sockets that did not answer the previous ping.
 */
export interface Heartbeat {
  add(socket: Subscriber): void
  delete(socket: Subscriber): void
  stop(): void
}

const longestTickMs = 1000

export function createHeartbeat({ pingIntervalMs, positionIntervalMs, openingMs, onBeat }: Deps): Heartbeat {
  const slots = Math.max(1, Math.ceil(pingIntervalMs / longestTickMs))
  const wheel = Array.from({ length: slots }, () => new Set<Subscriber>())
  const slotOf = new WeakMap<Subscriber, Set<Subscriber>>()
  /** Sockets not greeted yet, oldest first, with their deadline. */
  const opening = new Map<Subscriber, number>()
  let turn = 0
  let next = 0

  const tick = () => {
    const now = performance.now()
    for (const [socket, until] of opening) {
      if (until > now && socket.stage === 'opening') break
      opening.delete(socket)
      if (socket.stage === 'opening') socket.close('try_later')
    }
    turn = (turn + 1) % slots
    for (const socket of wheel[turn]!) {
      if (socket.stage === 'opening') continue
      if (!socket.alive) socket.terminate()
      else {
        socket.alive = false
        socket.ping()
        onBeat(socket)
      }
    }
  }
  const ticking = setInterval(tick, pingIntervalMs / slots).unref()
  const sendingPositions = setInterval(() => {
    for (const slot of wheel) {
      for (const socket of slot) if (socket.sendsPositions) socket.sendPosition()
    }
  }, positionIntervalMs).unref()

  return {
    add(socket) {
      const slot = wheel[next++ % slots]!
      slot.add(socket)
      slotOf.set(socket, slot)
      opening.set(socket, performance.now() + openingMs)
    },
    delete(socket) {
      slotOf.get(socket)?.delete(socket)
      opening.delete(socket)
    },
    stop() {
      clearInterval(ticking)
      clearInterval(sendingPositions)
    },
  }
}
