import { randomUUID } from 'node:crypto'
import type { BaseLogger } from 'pino'
import type { StreamKey } from '../events/stream-key.ts'
import type { Bus, MessageReceiver } from './bus.ts'
import { channelOf, noticeChannelOf, probeChannelOf } from './channels.ts'
import { connect } from './redis-connect.ts'
import type { RedisSettings } from './redis-connect.ts'
import { shardedPubSub, slotOf } from './pubsub-commands.ts'
import { createLinkState } from './link-state.ts'
import { openLink } from './redis-link.ts'
import type { Link } from './redis-link.ts'
import type { BusMetrics } from './metrics.ts'
import { createClusterPoller } from './cluster-poller.ts'
import type { Topology } from './cluster-topology.ts'

interface Deps {
  redis: RedisSettings
  prefix: string
  log: BaseLogger
  metrics: BusMetrics
}

/** A master of the cluster and the link to it. */
interface Shard {
  readonly link: Link
  /** A slot that this master serves; the link sends its probes there. */
  readonly probeSlot: number
}

/**
 * Sharded pub/sub of a Redis Cluster: one link per master, each channel on the master of its company's slot. A poller
 * asks which node serves which slot. A channel whose slot has moved is subscribed on its new master. The bus is up only
 * while every link is up and every subscription is acknowledged by the right master.
 *
 * The cluster client of ioredis is not used: it queues what it cannot send, sends again out of order, and does not
 * report whether each subscription works.
 */
export function openClusterBus({ redis, prefix, log, metrics }: Deps): Bus {
  const state = createLinkState(log, metrics)
  const replica = randomUUID()
  const wanted = new Map<string, { stream: StreamKey; slot: number; on?: Shard }>()
  const noticeChannel = noticeChannelOf(prefix)
  // never unsubscribed
  wanted.set(noticeChannel, { stream: { companyId: '', streamId: '' }, slot: slotOf(noticeChannel) })
  /** Channels not yet acknowledged by their current master, with the pending attempt. */
  const moving = new Map<string, Promise<void>>()
  const shards = new Map<string, Shard>()
  let masters: Topology['masters'] = []
  let receive: MessageReceiver | undefined
  let receiveNotice: ((notice: Buffer) => void) | undefined
  const closing = new Set<Promise<void>>()

  const updateState = (why = 'channels are moving to another master') => {
    const linked = shards.size > 0 && [...shards.values()].every(({ link }) => link.up)
    state.set(linked && moving.size === 0, why)
  }
  const shardOf = (slot: number): Shard | undefined => shards.get(masters[slot] ?? '')

  const subscribeOnShard = async (channel: string): Promise<void> => {
    const entry = wanted.get(channel)!
    const shard = shardOf(entry.slot)
    if (entry.on !== shard) entry.on?.link.remove(channel)
    entry.on = shard
    if (!shard) throw new Error('no node serves the slot')
    await shard.link.add(channel, entry.stream)
    if (wanted.get(channel) === entry && entry.on !== shard) throw new Error('the slot has moved')
  }
  const move = (channel: string) => {
    const attempt = subscribeOnShard(channel)
    moving.set(channel, attempt)
    const settle = () => {
      if (moving.get(channel) !== attempt) return
      moving.delete(channel)
      updateState()
    }
    attempt.then(settle, () => {
      // a link that has the channel retries and is down until then; without a link the next poll retries
      if (wanted.get(channel)?.on) settle()
    })
  }
  const closeShard = (name: string, { link }: Shard) => {
    shards.delete(name)
    const closed = link.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }

  const open = (name: string, { nodes }: Topology): Shard => {
    const { tag, slot } = tagOn(name, masters)
    const link = openLink({
      open: (options) => connect(redis, options, nodes.get(name)),
      pubSub: shardedPubSub,
      probeChannel: probeChannelOf(prefix, `{${tag}}:${replica}`),
      commandTimeoutMs: redis.commandTimeoutMs,
      log,
      metrics,
      receive: (stream, message) => receive?.(stream, message),
      noticeChannel,
      receiveNotice: (notice) => receiveNotice?.(notice),
      onChange(up, why) {
        if (!up) poller.pollSoon()
        updateState(why)
      },
      onMoved: () => poller.pollSoon(),
    })
    return { link, probeSlot: slot }
  }

  const poller = createClusterPoller({
    redis,
    links: () => [...shards.values()].map(({ link }) => link),
    isSettled: () => state.up,
    log,
    onTopology(topology) {
      masters = topology.masters
      const present = new Set(masters)
      for (const [name, shard] of shards) if (masters[shard.probeSlot] !== name) closeShard(name, shard)
      for (const name of present) if (name && !shards.has(name)) shards.set(name, open(name, topology))
      for (const [channel, { slot, on }] of wanted) if (!on || on !== shardOf(slot)) move(channel)
      updateState('the cluster has changed')
    },
  })

  const publish = (channel: string, message: Buffer) => {
    const shard = shardOf(slotOf(channel))
    if (shard) shard.link.publish(channel, message)
    else metrics.publishFailures.inc()
  }

  return {
    get up() {
      return state.up
    },
    publish: (stream, message) => publish(channelOf(prefix, stream), message),
    notify: (notice) => publish(noticeChannel, notice),
    onNotice(receiver) {
      receiveNotice = receiver
    },
    async subscribe(stream) {
      const channel = channelOf(prefix, stream)
      if (!wanted.has(channel)) wanted.set(channel, { stream, slot: slotOf(channel) })
      const subscribed = subscribeOnShard(channel)
      if (!wanted.get(channel)!.on) {
        moving.set(channel, subscribed)
        updateState('no node serves a slot')
      }
      await subscribed
    },
    unsubscribe(stream) {
      const channel = channelOf(prefix, stream)
      wanted.get(channel)?.on?.link.remove(channel)
      wanted.delete(channel)
      if (moving.delete(channel)) updateState()
    },
    onMessage(receiver) {
      receive = receiver
    },
    onLink: (listener) => state.onChange(listener),
    async close() {
      state.close()
      await poller.close()
      for (const [name, shard] of shards) closeShard(name, shard)
      await Promise.all(closing)
    },
  }
}

/** A hash tag whose slot the master serves. */
function tagOn(name: string, masters: Topology['masters']): { tag: string; slot: number } {
  for (let tag = 0; ; tag++) {
    const slot = slotOf(`{${tag}}`)
    if (masters[slot] === name) return { tag: String(tag), slot }
  }
}
