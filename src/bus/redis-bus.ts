import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { BaseLogger } from 'pino'
import type { StreamKey } from '../events/stream-key.ts'
import type { Bus, MessageReceiver } from './bus.ts'
import { channelOf, noticeChannelOf, probeChannelOf } from './channels.ts'
import type { BusMetrics } from './metrics.ts'
import { createSubscriptions } from './subscriptions.ts'

/** Messages on their way to Redis, in bytes; more are dropped, for the log has their events. */
const maxPublishingBytes = 16 * 1024 * 1024
const probeIntervalMs = 1000
const disconnectTimeoutMs = 500

interface Parts {
  url: string
  prefix: string
  commandTimeoutMs: number
  log: BaseLogger
  metrics: BusMetrics
}

/**
 * Redis pub/sub on two connections: one publishes, one listens. Both come back by themselves; the listening one is
 * called up again only when every subscription has been acknowledged. A probe that this replica publishes to itself
 * finds a connection that looks healthy and delivers nothing.
 */
export function openRedisBus({ url, prefix, commandTimeoutMs, log, metrics }: Parts): Bus {
  const publisher = connect(url, commandTimeoutMs)
  const subscriber = connect(url, commandTimeoutMs, { commandTimeout: commandTimeoutMs })
  const probeChannel = probeChannelOf(prefix, randomUUID())
  const noticeChannel = noticeChannelOf(prefix)
  const subscriptions = createSubscriptions(subscriber, [probeChannel, noticeChannel])
  const linkListeners: ((up: boolean) => void)[] = []
  let receive: MessageReceiver | undefined
  let receiveNotice: ((notice: Buffer) => void) | undefined
  let up = false
  let publishingBytes = 0
  let heard = 0
  let closed = false

  const setUp = (now: boolean, why?: string) => {
    if (up === now || closed) return
    up = now
    metrics.up.set(now ? 1 : 0)
    if (!now) metrics.linkLosses.inc()
    if (now) log.info('bus link is up')
    else log.warn({ why }, 'bus link is down: streams are followed by the head check')
    for (const listener of linkListeners) listener(now)
  }

  publisher.on('error', (error) => log.debug({ err: error }, 'redis publisher'))
  subscriber.on('error', (error) => log.debug({ err: error }, 'redis subscriber'))
  subscriber.on('close', () => setUp(false, 'connection closed'))
  subscriber.on('ready', () => {
    subscriptions.renew().then(
      (current) => current && setUp(true),
      // half a set of subscriptions is worth nothing: start over on a new connection
      () => subscriber.disconnect(true),
    )
  })
  subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    heard++
    const name = channel.toString('latin1')
    if (name === noticeChannel) return receiveNotice?.(message)
    const stream = subscriptions.streamOf(name)
    if (!stream) return
    metrics.received.inc()
    receive?.(stream, message)
  })

  /** How much had been heard when the last probe was sent, while it has not come back. */
  let probedAt: number | null = null
  const distrust = (why: string) => {
    setUp(false, why)
    subscriber.disconnect(true)
  }
  const checkLink = () => {
    if (!up) {
      probedAt = null
      return
    }
    if (probedAt === heard) return distrust('silent')
    // a dead path ends the connection by its time-out, also while the publisher cannot probe
    subscriber.ping().catch(() => {})
    if (publisher.status !== 'ready') return
    probedAt = heard
    publisher.publish(probeChannel, '').then(
      (listeners) => listeners === 0 && up && distrust('not subscribed'),
      () => (probedAt = null),
    )
  }
  // in a later phase of the turn, so that what has arrived while the process was busy is heard first
  const probing = setInterval(() => setImmediate(checkLink), probeIntervalMs).unref()

  const publish = (channel: string, message: Buffer) => {
    if (publisher.status !== 'ready' || publishingBytes + message.length > maxPublishingBytes) {
      metrics.publishFailures.inc()
      return
    }
    publishingBytes += message.length
    publisher
      .publish(channel, message)
      .then(
        () => metrics.published.inc(),
        () => metrics.publishFailures.inc(),
      )
      .finally(() => (publishingBytes -= message.length))
  }

  return {
    get up() {
      return up
    },
    publish: (stream, message) => publish(channelOf(prefix, stream), message),
    notify: (notice) => publish(noticeChannel, notice),
    onNotice(receiver) {
      receiveNotice = receiver
    },
    subscribe: (stream: StreamKey) => subscriptions.add(channelOf(prefix, stream), stream),
    unsubscribe: (stream: StreamKey) => subscriptions.remove(channelOf(prefix, stream)),
    onMessage(receiver) {
      receive = receiver
    },
    onLink(listener) {
      linkListeners.push(listener)
    },
    async close() {
      closed = true
      clearInterval(probing)
      await Promise.all([end(publisher), end(subscriber)])
    },
  }
}

/** Connections that fail at once instead of queueing, and never give up coming back. */
function connect(url: string, timeoutMs: number, options: { commandTimeout?: number } = {}): Redis {
  return new Redis(url, {
    ...options,
    connectTimeout: Math.max(timeoutMs, 2000),
    disconnectTimeout: disconnectTimeoutMs,
    // an answer that does not come in time means a frozen server or a dead path: start over
    socketTimeout: timeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectionName: 'cafe-realtime',
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 1000) + Math.random() * 100,
  })
}

async function end(connection: Redis): Promise<void> {
  const { status } = connection
  if (status === 'end') return
  connection.disconnect()
  // between two attempts to connect there is nothing to end, and no event tells
  if (status === 'reconnecting') return
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, disconnectTimeoutMs * 2)
    connection.once('end', () => {
      clearTimeout(late)
      resolve()
    })
  })
}
