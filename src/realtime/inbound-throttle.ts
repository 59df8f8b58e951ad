import type { ClientSocket } from './socket.ts'

/**
 * Bounds what messages beyond the limit of their sockets cost all together. One socket that says too much is simply not
 * listened to; when many do, they are read in turn, and what they send waits on their side. Nobody else notices.
 */
export interface InboundThrottle {
  /** A message of a socket that has said enough for this second. */
  record(socket: ClientSocket): void
  /** The socket has come to its end. */
  forget(socket: ClientSocket): void
  stop(): void
}

const sliceMs = 50
/** 20,000 messages a second: a few hundredths of a processor. */
const messagesPerSlice = 1000
/** Each may bring a whole read of the kernel's buffer, thousands of small messages, before it can be paused again. */
const resumedPerSlice = 4

export function createInboundThrottle({ onPause }: { onPause: () => void }): InboundThrottle {
  /** In the order of their pausing. */
  const paused = new Set<ClientSocket>()
  /** Messages heard that no slice has paid for yet. */
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
