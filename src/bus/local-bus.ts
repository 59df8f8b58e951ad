import type { StreamKey } from '../events/stream-key.ts'
import type { Bus, MessageReceiver } from './bus.ts'
import type { BusMetrics } from './metrics.ts'

interface Deps {
  /** Whether this process is the only one on its database. If not, the bus is never up. */
  alone: boolean
  metrics: BusMetrics
}

/** A bus inside one process. Messages arrive in a later turn of the event loop, in the order they were published. */
export function createLocalBus({ alone, metrics }: Deps): Bus {
  const subscribed = new Set<string>()
  let receive: MessageReceiver | undefined
  let receiveNotice: ((notice: Buffer) => void) | undefined
  let queue: { stream: StreamKey; message: Buffer }[] = []
  let closed = false
  metrics.up.set(alone ? 1 : 0)

  const deliver = () => {
    const due = queue
    queue = []
    for (const { stream, message } of due) {
      if (closed || !subscribed.has(nameOf(stream))) continue
      metrics.received.inc()
      receive?.(stream, message)
    }
  }

  return {
    up: alone,
    publish(stream, message) {
      if (closed) return
      metrics.published.inc()
      if (!subscribed.has(nameOf(stream))) return
      if (queue.push({ stream, message }) === 1) setImmediate(deliver)
    },
    notify(notice) {
      setImmediate(() => closed || receiveNotice?.(notice))
    },
    onNotice(receiver) {
      receiveNotice = receiver
    },
    async subscribe(stream) {
      subscribed.add(nameOf(stream))
    },
    unsubscribe(stream) {
      subscribed.delete(nameOf(stream))
    },
    onMessage(receiver) {
      receive = receiver
    },
    // the link of a process to itself never changes
    onLink() {},
    async close() {
      closed = true
      queue = []
    },
  }
}

const nameOf = ({ companyId, streamId }: StreamKey): string => `${companyId}:${streamId}`
