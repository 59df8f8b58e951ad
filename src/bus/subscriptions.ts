import type { Redis } from 'ioredis'
import type { StreamKey } from '../events/stream-key.ts'
import type { PubSubCommands } from './pubsub-commands.ts'

/** Which channels one Redis connection shall listen to, and the sending of it: joined, acknowledged, made good again. */
export interface Subscriptions {
  /** Resolves when Redis has acknowledged; rejects when it did not, though the channel stays wanted. */
  add(channel: string, stream: StreamKey): Promise<void>
  remove(channel: string): void
  streamOf(channel: string): StreamKey | undefined
  /**
   * Subscribes everything again on a new connection; true when it was acknowledged and that connection is still the
   * current one by then.
   */
  renew(): Promise<boolean>
}

interface Waiting {
  promise: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

interface Parts {
  connection: Redis
  pubSub: PubSubCommands
  /** Subscribed on every connection besides what is added. */
  ownChannels: readonly string[]
  /** Something wanted is not subscribed, though the connection had seemed to be there. */
  onFailure: (error: Error) => void
}

export function createSubscriptions({ connection, pubSub, ownChannels, onFailure }: Parts): Subscriptions {
  const wanted = new Map<string, StreamKey>()
  let waiting = new Map<string, Waiting>()
  let connectionNumber = 0
  connection.on('close', () => connectionNumber++)

  const send = async (channels: string[]) => {
    await Promise.all(pubSub.group(channels).map((group) => pubSub.subscribe(connection, group)))
  }

  const sendWaiting = () => {
    const due = waiting
    waiting = new Map()
    // what was removed meanwhile is not subscribed, or nobody would ever unsubscribe it
    const channels = [...due.keys()].filter((channel) => wanted.has(channel))
    const settle = (how: (entry: Waiting) => void) => {
      for (const entry of due.values()) how(entry)
    }
    if (connection.status !== 'ready') return settle((entry) => entry.reject(new Error('bus link is down')))
    const current = connectionNumber
    send(channels).then(
      () => settle((entry) => entry.resolve()),
      (error: Error) => {
        settle((entry) => entry.reject(error))
        if (current === connectionNumber) onFailure(error)
      },
    )
  }

  return {
    add(channel, stream) {
      wanted.set(channel, stream)
      let entry = waiting.get(channel)
      if (!entry) {
        entry = promiseOf()
        waiting.set(channel, entry)
        if (waiting.size === 1) setImmediate(sendWaiting)
      }
      return entry.promise
    },
    remove(channel) {
      if (!wanted.delete(channel) || connection.status !== 'ready') return
      // a later subscription goes the same way behind it, so the last word is the last wish
      pubSub.unsubscribe(connection, channel).catch(() => {})
    },
    streamOf: (channel) => wanted.get(channel),
    async renew() {
      const current = connectionNumber
      try {
        await send([...ownChannels, ...wanted.keys()])
      } catch (error) {
        if (current === connectionNumber) onFailure(error as Error)
        return false
      }
      return current === connectionNumber
    },
  }
}

function promiseOf(): Waiting {
  let resolve!: () => void
  let reject!: (error: unknown) => void
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
