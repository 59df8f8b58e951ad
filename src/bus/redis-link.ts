import type { Redis, RedisOptions } from 'ioredis'
import type { BaseLogger } from 'pino'
import type { StreamKey } from '../events/stream-key.ts'
import type { MessageReceiver } from './bus.ts'
import { disconnect } from './redis-connect.ts'
import type { PubSubCommands } from './pubsub-commands.ts'
import type { BusMetrics } from './metrics.ts'
import { isRefusal, refusalAdvice } from './redis-refusal.ts'
import { createSubscriptions } from './subscriptions.ts'

/** Limit of unacknowledged publishes to one server, in bytes. More are dropped; the log still has their events. */
const maxPublishingBytes = 16 * 1024 * 1024
const probeIntervalMs = 1000

/**
 * The link to one Redis server: one connection to publish, one to subscribe. Both reconnect automatically. The link is
 * up again only when every subscription has been acknowledged. A probe that this replica publishes to itself detects a
 * connection that looks healthy but delivers nothing.
 */
export interface Link {
  readonly up: boolean
  /** Never throws. A message that cannot be sent now is dropped and counted. */
  publish(channel: string, message: Buffer): void
  /** Resolves when the server acknowledges. When it does not, rejects and keeps the channel for the next connection. */
  add(channel: string, stream: StreamKey): Promise<void>
  remove(channel: string): void
  /** Runs a command on the publishing connection; fails at once when it is not ready. */
  ask<Answer>(command: (connection: Redis) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

interface Deps {
  open: (options?: RedisOptions) => Redis
  pubSub: PubSubCommands
  /** Unique to this link. */
  probeChannel: string
  noticeChannel: string
  /** Channels that are always subscribed, in addition to the probe channel. */
  ownChannels?: readonly string[]
  commandTimeoutMs: number
  log: BaseLogger
  metrics: BusMetrics
  receive: MessageReceiver
  receiveNotice: (notice: Buffer) => void
  onChange: (up: boolean, why?: string) => void
  /** The server reports that it does not serve some channel: not any more, or not yet. */
  onMoved?: () => void
}

export function openLink(deps: Deps): Link {
  const { open, pubSub, probeChannel, commandTimeoutMs, log, metrics, receive, onChange, onMoved } = deps
  const publisher = open()
  const subscriber = open({ commandTimeout: commandTimeoutMs })
  let up = false
  let receivedCount = 0
  let publishingBytes = 0
  let refused = false
  /** The subscriber's connection is being closed for a reconnect. */
  let disconnecting = false
  let closed = false

  const setState = (now: boolean, why?: string) => {
    if (up === now || closed) return
    up = now
    if (now) refused = false
    onChange(now, why)
  }
  const reconnect = (why: string) => {
    setState(false, why)
    if (disconnecting) return
    disconnecting = true
    subscriber.disconnect(true)
  }
  const note = (error: Error, who: string) => {
    log.debug({ err: error }, `redis ${who}`)
    if (!isRefusal(error) || refused) return
    refused = true
    log.error({ why: error.message }, refusalAdvice)
  }
  const subscriptions = createSubscriptions({
    connection: subscriber,
    pubSub,
    ownChannels: [probeChannel, ...(deps.ownChannels ?? [])],
    onFailure: (error) => {
      note(error, 'subscriber')
      // a partial set of subscriptions is of no use: reconnect and subscribe to all
      reconnect(error.message)
    },
  })

  publisher.on('error', (error) => note(error, 'publisher'))
  subscriber.on('error', (error) => note(error, 'subscriber'))
  subscriber.on('close', () => {
    disconnecting = false
    setState(false, 'connection closed')
  })
  subscriber.on('ready', () => void subscriptions.renew().then((current) => current && setState(true)))
  // ioredis emits this when SSUBSCRIBE is answered with MOVED, and when the server drops channels of a migrated slot
  subscriber.on('moved', () => {
    reconnect('channels moved to another node')
    onMoved?.()
  })
  subscriber.on(pubSub.messageEvent, (channel: Buffer, message: Buffer) => {
    receivedCount++
    const name = channel.toString('latin1')
    if (name === deps.noticeChannel) return deps.receiveNotice(message)
    const stream = subscriptions.streamOf(name)
    if (!stream) return
    metrics.received.inc()
    receive(stream, message)
  })

  /** Messages received when the last probe was sent; null when no probe is pending. */
  let countAtProbe: number | null = null
  const checkLink = () => {
    if (!up) {
      countAtProbe = null
      return
    }
    if (countAtProbe === receivedCount) return reconnect('silent')
    // on a dead path the socket time-out closes the connection, even while the publisher cannot probe
    subscriber.ping().catch(() => {})
    if (publisher.status !== 'ready') return
    countAtProbe = receivedCount
    pubSub.publish(publisher, probeChannel, '').then(
      (listeners) => listeners === 0 && up && reconnect('not subscribed'),
      (error: Error) => {
        countAtProbe = null
        note(error, 'publisher')
        if (isMoved(error)) onMoved?.()
      },
    )
  }
  // setImmediate: messages that arrived while the process was busy are counted first
  const probing = setInterval(() => setImmediate(checkLink), probeIntervalMs).unref()

  return {
    get up() {
      return up
    },
    publish(channel, message) {
      if (publisher.status !== 'ready' || publishingBytes + message.length > maxPublishingBytes) {
        metrics.publishFailures.inc()
        return
      }
      publishingBytes += message.length
      pubSub
        .publish(publisher, channel, message)
        .then(
          () => metrics.published.inc(),
          (error: Error) => {
            metrics.publishFailures.inc()
            note(error, 'publisher')
            // not sent again: messages published since could arrive before it
            if (isMoved(error)) onMoved?.()
          },
        )
        .finally(() => (publishingBytes -= message.length))
    },
    add: (channel, stream) => subscriptions.add(channel, stream),
    remove: (channel) => subscriptions.remove(channel),
    async ask(command) {
      if (publisher.status !== 'ready') throw new Error('bus link is down')
      return command(publisher)
    },
    async close() {
      closed = true
      clearInterval(probing)
      await Promise.all([disconnect(publisher), disconnect(subscriber)])
    },
  }
}

const isMoved = ({ message }: Error): boolean => /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /.test(message)
