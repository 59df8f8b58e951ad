import type { ClientSocket } from './socket.ts'

/**
 * Bounds the total cost of messages beyond the limit of their sockets. Messages of one socket beyond its limit are
 * ignored. When many sockets exceed it, they are paused and read in turn, and their messages wait on the client's side.
 * Other sockets are not affected.
 */
export interface InboundThrottle {
  /** Counts a message beyond the limit of its socket. */
  record(socket: ClientSocket): void
  /** Forgets a closed socket. */
  forget(socket: ClientSocket): void
  stop(): void
}

const sliceMs = 50
/** 20,000 messages a second: a few percent of one processor. */
const messagesPerSlice = 1000
/** Each may deliver a full kernel buffer, thousands of small messages, before it can be paused again. */
const resumedPerSlice = 4

export function createInboundThrottle({ onPause }: { onPause: () => void }): InboundThrottle {
  /** In the order in which they were paused. */
  const paused = new Set<ClientSocket>()
  /** Messages counted beyond what the past slices allow. */
  let debt = 0
  let timer: NodeJS.Timeout | undefined

  const payOff = () => {
    debt = Math.max(0, debt - messagesPerSlice)
    if (debt === 0) {
      for (const socket of [...paused].slice(0, resumedPerSlice)) {
        paused.delete(socket)
        socket.resumeReading()
      }
    }
    if (debt > 0 || paused.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    record(socket) {
      timer ??= setInterval(payOff, sliceMs).unref()
      if (++debt <= messagesPerSlice || paused.has(socket)) return
      paused.add(socket)
      socket.pauseReading()
      onPause()
    },
    forget: (socket) => void paused.delete(socket),
    stop: () => clearInterval(timer),
  }
}
