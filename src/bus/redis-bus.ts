import { randomUUID } from 'node:crypto'
import type { BaseLogger } from 'pino'
import type { StreamKey } from '../events/stream-key.ts'
import type { Bus, MessageReceiver } from './bus.ts'
import { channelOf, noticeChannelOf, probeChannelOf } from './channels.ts'
import { connect } from './redis-connect.ts'
import type { RedisSettings } from './redis-connect.ts'
import { plainPubSub } from './pubsub-commands.ts'
import { createLinkState } from './link-state.ts'
import { openLink } from './redis-link.ts'
import type { BusMetrics } from './metrics.ts'

interface Deps {
  redis: RedisSettings
  prefix: string
  log: BaseLogger
  metrics: BusMetrics
}

/** Redis pub/sub on one server: the configured one, or the master that the sentinels report at each connect. */
export function openRedisBus({ redis, prefix, log, metrics }: Deps): Bus {
  const state = createLinkState(log, metrics)
  const noticeChannel = noticeChannelOf(prefix)
  let receive: MessageReceiver | undefined
  let receiveNotice: ((notice: Buffer) => void) | undefined
  const link = openLink({
    open: (options) => connect(redis, options),
    pubSub: plainPubSub,
    probeChannel: probeChannelOf(prefix, randomUUID()),
    noticeChannel,
    ownChannels: [noticeChannel],
    commandTimeoutMs: redis.commandTimeoutMs,
    log,
    metrics,
    receive: (stream, message) => receive?.(stream, message),
    receiveNotice: (notice) => receiveNotice?.(notice),
    onChange: (up, why) => state.set(up, why),
  })
  return {
    get up() {
      return state.up
    },
    publish: (stream, message) => link.publish(channelOf(prefix, stream), message),
    subscribe: (stream: StreamKey) => link.add(channelOf(prefix, stream), stream),
    unsubscribe: (stream: StreamKey) => link.remove(channelOf(prefix, stream)),
    notify: (notice) => link.publish(noticeChannel, notice),
    onNotice(receiver) {
      receiveNotice = receiver
    },
    onMessage(receiver) {
      receive = receiver
    },
    onLink: (listener) => state.onChange(listener),
    async close() {
      state.close()
      await link.close()
    },
  }
}
