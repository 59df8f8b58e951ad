import type { Redis } from 'ioredis'
import type { StreamKey } from '../events/stream-key.ts'
import type { PubSubCommands } from './pubsub-commands.ts'

/** The channels of one Redis connection. Subscriptions are batched, awaited, and repeated after a reconnect. */
export interface Subscriptions {
  /** Resolves when Redis acknowledges. When it does not, rejects and keeps the channel for the next connection. */
  add(channel: string, stream: StreamKey): Promise<void>
  remove(channel: string): void
  streamOf(channel: string): StreamKey | undefined
  /**
   * Subscribes to everything again on a new connection. True when this was acknowledged and the connection has not
   * changed meanwhile.
   */
  renew(): Promise<boolean>
}

interface Waiting {
  promise: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

interface Deps {
  connection: Redis
  pubSub: PubSubCommands
  /** Subscribed on every connection, in addition to the added channels. */
  ownChannels: readonly string[]
  /** A subscription failed on a connection that is still open. */
  onFailure: (error: Error) => void
}

export function createSubscriptions({ connection, pubSub, ownChannels, onFailure }: Deps): Subscriptions {
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
    // a channel that was removed meanwhile must not be subscribed: nothing would unsubscribe it
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
      // commands of one connection keep their order, so a later subscribe takes effect after this
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
