import type { Redis } from 'ioredis'
import type { RedisNode } from '../config/redis-url.ts'

/** Which node of a cluster serves which slot. */
export interface Topology {
  /** The master of each slot; undefined for a slot that no node serves. */
  readonly masters: readonly (string | undefined)[]
  /** Every node of the cluster, including replicas. */
  readonly nodes: ReadonlyMap<string, RedisNode>
}

type SlotRange = [first: number, last: number, ...nodes: [host: string | null, port: number, ...unknown[]][]]

export const slotCount = 16_384

export const nameOfNode = ({ host, port }: RedisNode): string => `${host}:${port}`

/** Asks one node which node serves which slot. */
export async function fetchTopology(connection: Redis): Promise<Topology> {
  const ranges = (await connection.cluster('SLOTS')) as SlotRange[]
  const masters = Array<string | undefined>(slotCount).fill(undefined)
  const nodes = new Map<string, RedisNode>()
  for (const [first, last, ...serving] of ranges) {
    // a node that does not know its own address sends none: it is the node we asked
    const known = serving.map(([host, port]) => ({ host: host || connection.options.host!, port }))
    for (const node of known) nodes.set(nameOfNode(node), node)
    if (known[0]) masters.fill(nameOfNode(known[0]), first, last + 1)
  }
  return { masters, nodes }
}
