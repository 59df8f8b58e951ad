import type { BaseLogger } from 'pino'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { decodeEnvelope } from '../events/envelope.ts'
import type { KnownHead, LogReader } from '../events/log-reader.ts'
import type { StreamKey } from '../events/stream-key.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { CompanyStreams } from './company-streams.ts'
import { DeliveryLatency } from './delivery-latency.ts'
import { Follower } from './stream-follower.ts'
import type { FollowerDeps } from './stream-follower.ts'
import { createHeadPoller } from './head-poller.ts'
import { createBatchLoader } from '../lib/batch-loader.ts'
import { createLogPageLoader } from './log-page-loader.ts'
import type { LogPageLoader } from './log-page-loader.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { FlushScheduler } from './flush-scheduler.ts'

/** The streams followed on this replica: one follower per stream, however many sockets listen to it. */
export interface Hub {
  /** The follower of a stream, kept until released as often as retained. */
  retain(stream: StreamKey): Follower
  /** The last release stops following after a delay, so that reconnecting sockets find the follower still running. */
  release(follower: Follower): void
  /** All streams of a company, kept until unfollowed as often as followed. Resolves when all are known. */
  followCompany(companyId: string): Promise<CompanyStreams>
  unfollowCompany(company: CompanyStreams): void
  readonly pages: LogPageLoader
  close(): void
}

interface Deps {
  config: Config
  bus: Bus
  clock: Clock
  reader: LogReader
  flushScheduler: FlushScheduler
  tracing: Tracing | null
  log: BaseLogger
  metrics: RealtimeMetrics
}

const headsTogether = 1000
const queriesAtOnce = 2

export function createHub({ config, bus, clock, reader, flushScheduler, tracing, log, metrics }: Deps): Hub {
  const followers = new Map<string, { follower: Follower; uses: number; leaving?: NodeJS.Timeout }>()
  const companies = new Map<string, { company: CompanyStreams; ready: Promise<CompanyStreams> }>()
  const pages = createLogPageLoader(reader, config.replayPage)
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
  const followerDeps: FollowerDeps = {
    bus,
    pageAfter: pages.pageAfter,
    readHead,
    flushScheduler,
    tracing,
    metrics,
    latency: new DeliveryLatency(metrics.delivery, flushScheduler, clock),
    log,
    holeWaitMs: config.holeWaitMs,
  }

  const headPoller = createHeadPoller({
    intervalMs: () => (bus.up ? config.headCheckIntervalMs : config.headCheckIntervalDownMs),
    check: async () => {
      const followed = [...followers.values()]
        .map((entry) => entry.follower)
        .filter((follower) => follower.acknowledged)
      if (followed.length === 0 && companies.size === 0) return
      const asks = followed.map((follower) => follower.ask())
      const known = followed.map(({ stream }, i): KnownHead => ({ ...stream, known: asks[i]!.position }))
      const heads = await reader.heads(known, [...companies.keys()])
      const headOf = new Map(heads.changed.map(({ index, head }) => [index, head]))
      followed.forEach((follower, i) => {
        const head = headOf.get(i)
        // an unchanged head of another history counts as changed
        if (head === undefined && follower.epoch === heads.epoch) return
        follower.head(heads.epoch, head ?? asks[i]!.position, asks[i]!)
      })
      addStreams(heads.unknown)
    },
    log,
    metrics,
  })

  /** Adds streams to the companies followed here that do not know them yet. */
  const addStreams = (streams: Iterable<StreamKey>) => {
    for (const stream of streams) {
      const company = companies.get(stream.companyId)?.company
      if (!company?.complete || company.followers.has(stream.streamId)) continue
      const own = company.followers.size === 1 ? company.followers.get(company.companyId) : undefined
      company.add(retain(stream))
      // the first branch ends the company's own stream
      if (own) hub.release(company.remove(own))
    }
  }

  const retain = (stream: StreamKey): Follower => {
    const name = nameOf(stream)
    let entry = followers.get(name)
    if (!entry) {
      entry = { follower: new Follower(stream, followerDeps), uses: 0 }
      followers.set(name, entry)
      metrics.streams.set(followers.size)
      entry.follower.start()
    }
    clearTimeout(entry.leaving)
    entry.uses++
    return entry.follower
  }

  /**
   * A message that cannot be decoded, perhaps from a newer version, still means new events: they are read from the log.
   */
  const readHeadFromLog = (follower: Follower): void => {
    // before the acknowledgement the follower reads the head itself; if that fails, the head check continues
    if (follower.acknowledged) follower.readHead().catch(() => {})
  }

  bus.onMessage((stream, message) => {
    const entry = followers.get(nameOf(stream))
    if (!entry) return
    const envelope = decodeEnvelope(message)
    if (!envelope) {
      metrics.undecodable.inc()
      return readHeadFromLog(entry.follower)
    }
    try {
      entry.follower.message(envelope)
    } catch (error) {
      log.error({ err: error, ...stream }, 'cannot deliver events')
    }
  })
  bus.onLink(() => headPoller.soon())

  const hub: Hub = {
    pages,
    retain(stream) {
      const follower = retain(stream)
      // its branch may be newer than the company's list of streams
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
    followCompany(companyId) {
      let entry = companies.get(companyId)
      if (!entry) {
        const company = new CompanyStreams(companyId)
        entry = { company, ready: completed(company) }
        companies.set(companyId, entry)
        entry.ready.catch(() => companies.get(companyId)?.company === company && companies.delete(companyId))
      }
      entry.company.uses++
      return entry.ready
    },
    unfollowCompany(company) {
      if (--company.uses > 0 || companies.get(company.companyId)?.company !== company) return
      companies.delete(company.companyId)
      for (const follower of company.followers.values()) hub.release(follower)
    },
    close() {
      headPoller.stop()
      for (const { follower, leaving } of followers.values()) {
        clearTimeout(leaving)
        follower.stop()
      }
      followers.clear()
      companies.clear()
    },
  }

  async function completed(company: CompanyStreams): Promise<CompanyStreams> {
    const streams = await readStreams(company.companyId)
    for (const stream of streams) company.add(retain(stream))
    company.complete = true
    addStreams([...followers.values()].map((entry) => entry.follower.stream))
    return company
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
