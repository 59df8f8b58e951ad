import type { BaseLogger } from 'pino'
import type { RedisNode } from '../config/redis-url.ts'
import { connect, disconnect } from './redis-connect.ts'
import type { RedisSettings } from './redis-connect.ts'
import type { Link } from './redis-link.ts'
import { isRefusal, refusalAdvice } from './redis-refusal.ts'
import { fetchTopology } from './cluster-topology.ts'
import type { Topology } from './cluster-topology.ts'

const settledIntervalMs = 2000
const unsettledIntervalMs = 200
const soonMs = 20

/** Polls the cluster for the node that serves each slot. */
export interface ClusterPoller {
  /** Polls again soon, because something has changed. */
  pollSoon(): void
  close(): Promise<void>
}

interface Deps {
  redis: RedisSettings
  /** Links to the nodes known so far. */
  links: () => Link[]
  /** True while every link is up: polls are then less frequent. */
  isSettled: () => boolean
  log: BaseLogger
  onTopology: (topology: Topology) => void
}

export function createClusterPoller({ redis, links, isSettled, log, onTopology }: Deps): ClusterPoller {
  let nodes: readonly RedisNode[] = redis.address.nodes
  let timer: NodeJS.Timeout | undefined
  let asking: Promise<void> | undefined
  let dueSoon = false
  let refused = false
  let closed = false

  const schedule = (delayMs: number) => {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => {
      dueSoon = false
      asking = look().finally(() => {
        asking = undefined
        schedule(dueSoon ? soonMs : isSettled() ? settledIntervalMs : unsettledIntervalMs)
      })
    }, delayMs)
  }

  /** Asks nodes one after the other and takes the first answer. */
  const look = async () => {
    const live = shuffle(links().filter((link) => link.up))
    const asks = [
      ...live.map((link) => () => link.ask(fetchTopology)),
      ...shuffle([...nodes, ...redis.address.nodes]).map((node) => () => fetchTopologyFrom(redis, node)),
    ]
    for (const ask of asks) {
      if (closed) return
      try {
        const topology = await ask()
        // a node that was just reset knows no other node
        if (!topology.masters.some(Boolean)) continue
        if (closed) return
        nodes = [...topology.nodes.values()]
        refused = false
        return onTopology(topology)
      } catch (error) {
        log.debug({ err: error }, 'a Redis cluster node does not answer')
        if (isRefusal(error as Error) && !refused) {
          refused = true
          log.error({ why: (error as Error).message }, refusalAdvice)
        }
      }
    }
  }

  schedule(0)
  return {
    pollSoon() {
      if (dueSoon) return
      dueSoon = true
      if (!asking) schedule(soonMs)
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await asking
    },
  }
}

/** Asks one node on a temporary connection. */
export async function fetchTopologyFrom(redis: RedisSettings, node: RedisNode): Promise<Topology> {
  const connection = connect(redis, { retryStrategy: null, lazyConnect: true }, node)
  let reason: Error | undefined
  connection.on('error', (error) => (reason = error))
  try {
    await connection.connect()
    return await fetchTopology(connection)
  } catch (error) {
    throw reason ?? error
  } finally {
    await disconnect(connection)
  }
}

function shuffle<Item>(items: Item[]): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const swapped = items[i]!
    items[i] = items[j]!
    items[j] = swapped
  }
  return items
}
