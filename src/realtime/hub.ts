import type { BaseLogger } from 'pino'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { decodeEnvelope } from '../events/envelope.ts'
import type { KnownHead, LogReader } from '../events/log-reader.ts'
import type { StreamKey } from '../events/stream-key.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { CompanyWatch } from './company-streams.ts'
import { DeliveryTimes } from './delivery-latency.ts'
import { Follower } from './stream-follower.ts'
import type { FollowerParts } from './stream-follower.ts'
import { createHeadCheck } from './head-poller.ts'
import { createBatchLoader } from '../lib/batch-loader.ts'
import { createLogPages } from './log-page-loader.ts'
import type { LogPages } from './log-page-loader.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { Outbox } from './flush-scheduler.ts'

/** Who listens here, and to what: one follower per stream, however many sockets are on it. */
export interface Hub {
  /** The follower of a stream, kept until released as often as retained. */
  retain(stream: StreamKey): Follower
  /** The last release stops following a little later, so that a reconnect storm does not thrash. */
  release(follower: Follower): void
  /** The watch over all streams of a company, kept until unwatched as often as watched; resolves when all are known. */
  watch(companyId: string): Promise<CompanyWatch>
  unwatch(watch: CompanyWatch): void
  readonly pages: LogPages
  close(): void
}

interface Parts {
  config: Config
  bus: Bus
  clock: Clock
  reader: LogReader
  outbox: Outbox
  tracing: Tracing | null
  log: BaseLogger
  metrics: RealtimeMetrics
}

const headsTogether = 1000
const queriesAtOnce = 2

export function createHub({ config, bus, clock, reader, outbox, tracing, log, metrics }: Parts): Hub {
  const followers = new Map<string, { follower: Follower; uses: number; leaving?: NodeJS.Timeout }>()
  const watches = new Map<string, { watch: CompanyWatch; ready: Promise<CompanyWatch> }>()
  const pages = createLogPages(reader, config.replayPage)
  const readHead = createBatchLoader<StreamKey, { epoch: string; head: number }>({
    ask: (streams) => readHeads(reader, streams),
    keyOf: nameOf,
    maxBatchSize: headsTogether,
    maxConcurrent: queriesAtOnce,
  })
  const readStreams = createBatchLoader<string, StreamKey[]>({
    ask: (companyIds) => readStreamsOf(reader, companyIds),
    keyOf: (companyId) => companyId,
    maxBatchSize: headsTogether,
    maxConcurrent: queriesAtOnce,
  })
  const followerParts: FollowerParts = {
    bus,
    pageAfter: pages.pageAfter,
    readHead,
    outbox,
    tracing,
    metrics,
    times: new DeliveryTimes(metrics.delivery, outbox, clock),
    log,
    holeWaitMs: config.holeWaitMs,
  }

  const headCheck = createHeadCheck({
    intervalMs: () => (bus.up ? config.headCheckIntervalMs : config.headCheckIntervalDownMs),
    check: async () => {
      const followed = [...followers.values()]
        .map((entry) => entry.follower)
        .filter((follower) => follower.acknowledged)
      if (followed.length === 0 && watches.size === 0) return
      const asks = followed.map((follower) => follower.ask())
      const known = followed.map(({ stream }, i): KnownHead => ({ ...stream, known: asks[i]!.position }))
      const heads = await reader.heads(known, [...watches.keys()])
      const headOf = new Map(heads.changed.map(({ index, head }) => [index, head]))
      followed.forEach((follower, i) => {
        const head = headOf.get(i)
        // an unchanged head of another history is as good as a changed one
        if (head === undefined && follower.epoch === heads.epoch) return
        follower.head(heads.epoch, head ?? asks[i]!.position, asks[i]!)
      })
      addStreams(heads.unknown)
    },
    log,
    metrics,
  })

  /** Streams that a watch over their company may not have heard of. */
  const addStreams = (streams: Iterable<StreamKey>) => {
    for (const stream of streams) {
      const watch = watches.get(stream.companyId)?.watch
      if (!watch?.complete || watch.followers.has(stream.streamId)) continue
      const own = watch.followers.size === 1 ? watch.followers.get(watch.companyId) : undefined
      watch.add(retain(stream))
      // with the first branch the company's own stream has come to its end
      if (own) hub.release(watch.remove(own))
    }
  }

  const retain = (stream: StreamKey): Follower => {
    const name = nameOf(stream)
    let entry = followers.get(name)
    if (!entry) {
      entry = { follower: new Follower(stream, followerParts), uses: 0 }
      followers.set(name, entry)
      metrics.streams.set(followers.size)
      entry.follower.start()
    }
    clearTimeout(entry.leaving)
    entry.uses++
    return entry.follower
  }

  /** A message that cannot be read, of a newer version perhaps, still says that there is news: the log has it. */
  const readInstead = (follower: Follower): void => {
    // before the acknowledgement the follower is about to ask by itself; where asking fails, the head check goes on
    if (follower.acknowledged) follower.readHead().catch(() => {})
  }

  bus.onMessage((stream, message) => {
    const entry = followers.get(nameOf(stream))
    if (!entry) return
    const envelope = decodeEnvelope(message)
    if (!envelope) {
      metrics.undecodable.inc()
      return readInstead(entry.follower)
    }
    try {
      entry.follower.message(envelope)
    } catch (error) {
      log.error({ err: error, ...stream }, 'cannot deliver events')
    }
  })
  bus.onLink(() => headCheck.soon())

  const hub: Hub = {
    pages,
    retain(stream) {
      const follower = retain(stream)
      // its branch may be so new that the watch over the company has not heard of it
      addStreams([stream])
      return follower
    },
    release({ stream }) {
      const name = nameOf(stream)
      const entry = followers.get(name)
      if (!entry || --entry.uses > 0) return
      entry.leaving = setTimeout(() => {
        followers.delete(name)
        metrics.streams.set(followers.size)
        entry.follower.stop()
      }, config.unsubscribeDelayMs).unref()
    },
    watch(companyId) {
      let entry = watches.get(companyId)
      if (!entry) {
        const watch = new CompanyWatch(companyId)
        entry = { watch, ready: completed(watch) }
        watches.set(companyId, entry)
        entry.ready.catch(() => watches.get(companyId)?.watch === watch && watches.delete(companyId))
      }
      entry.watch.uses++
      return entry.ready
    },
    unwatch(watch) {
      if (--watch.uses > 0 || watches.get(watch.companyId)?.watch !== watch) return
      watches.delete(watch.companyId)
      for (const follower of watch.followers.values()) hub.release(follower)
    },
    close() {
      headCheck.stop()
      for (const { follower, leaving } of followers.values()) {
        clearTimeout(leaving)
        follower.stop()
      }
      followers.clear()
      watches.clear()
    },
  }

  async function completed(watch: CompanyWatch): Promise<CompanyWatch> {
    const streams = await readStreams(watch.companyId)
    for (const stream of streams) watch.add(retain(stream))
    watch.complete = true
    addStreams([...followers.values()].map((entry) => entry.follower.stream))
    return watch
  }

  return hub
}

async function readHeads(reader: LogReader, streams: StreamKey[]) {
  const { epoch, changed } = await reader.heads(
    streams.map((stream) => ({ ...stream, known: -1 })),
    [],
  )
  const headOf = new Map(changed.map(({ index, head }) => [index, head]))
  return streams.map((_, i) => ({ epoch, head: headOf.get(i)! }))
}

async function readStreamsOf(reader: LogReader, companyIds: string[]): Promise<StreamKey[][]> {
  const { unknown } = await reader.heads([], companyIds)
  const streams = new Map(companyIds.map((companyId): [string, StreamKey[]] => [companyId, []]))
  for (const stream of unknown) streams.get(stream.companyId)!.push(stream)
  return companyIds.map((companyId) => streams.get(companyId)!)
}

const nameOf = ({ companyId, streamId }: StreamKey): string => `${companyId}:${streamId}`
