import { Redis } from 'ioredis'
import { slotOf } from '../../src/bus/pubsub-commands.ts'
import { slotCount } from '../../src/bus/cluster-topology.ts'
import { freePort } from '../support/free-port.ts'
import { rig } from '../support/rig.ts'
import { findRedis } from '../support/services/binaries.ts'
import { startRedis } from '../support/services/redis.ts'
import type { RunningRedis } from '../support/services/redis.ts'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'

const masterCount = 3
const nodeTimeoutMs = 1500

interface ClusterNode {
  readonly server: RunningRedis
  /** A connection with every right. */
  readonly admin: Redis
}

/** A Redis Cluster on loopback: three masters, a replica each. */
export interface RedisCluster {
  /** Any of its nodes, as REDIS_URL names them. */
  url(userinfo?: string): string
  readonly nodes: readonly ClusterNode[]
  /** The master that serves a channel now. */
  masterOf(channel: string): Promise<ClusterNode>
  replicaOf(master: ClusterNode): Promise<ClusterNode>
  /** Hands a slot over while the cluster is at work. */
  moveSlot(channel: string): Promise<void>
}

export async function startRedisCluster(t: Teardown, aclUser: string): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: masterCount * 2 }, () => startNode(t)))
  for (const { admin } of nodes) await admin.call('ACL', 'SETUSER', ...aclUser.split(' '))
  await join(nodes)

  const idOf = (node: ClusterNode) => node.admin.cluster('MYID')
  const alive = async () => {
    const answers = await Promise.all(nodes.map(async (node) => ((await ping(node)) ? [node] : [])))
    return answers.flat()
  }
  const shards = async () => {
    const [one] = await alive()
    return (await one!.admin.cluster('SLOTS')) as [number, number, ...[string, number, ...unknown[]][]][]
  }
  const nodeAt = (port: number) => nodes.find(({ server }) => server.port === port)!
  const cluster: RedisCluster = {
    url: (userinfo) =>
      `redis+cluster://${userinfo ? `${userinfo}@` : ''}${nodes.map(({ server }) => `127.0.0.1:${server.port}`).join()}`,
    nodes,
    async masterOf(channel) {
      const slot = slotOf(channel)
      const [, , master] = (await shards()).find(([first, last]) => first <= slot && slot <= last)!
      return nodeAt(master![1])
    },
    async replicaOf(master) {
      for (const [, , owner, replica] of await shards())
        if (owner?.[1] === master.server.port && replica) return nodeAt(replica[1])
      throw new Error('it has no replica')
    },
    async moveSlot(channel) {
      const slot = slotOf(channel)
      const from = await cluster.masterOf(channel)
      const [first, second] = await Promise.all([0, slotCount - 1].map((other) => masterOfSlot(other)))
      const to = first === from ? second! : first!
      const [fromId, toId] = await Promise.all([idOf(from), idOf(to)])
      await to.admin.cluster('SETSLOT', slot, 'IMPORTING', fromId)
      await from.admin.cluster('SETSLOT', slot, 'MIGRATING', toId)
      await to.admin.cluster('SETSLOT', slot, 'NODE', toId)
      await from.admin.cluster('SETSLOT', slot, 'NODE', toId)
    },
  }
  const masterOfSlot = async (slot: number) => {
    const [, , master] = (await shards()).find(([first, last]) => first <= slot && slot <= last)!
    return nodeAt(master![1])
  }
  return cluster
}

async function startNode(t: Teardown): Promise<ClusterNode> {
  const settings = [
    '--cluster-enabled yes',
    `--cluster-port ${await freePort()}`,
    `--cluster-node-timeout ${nodeTimeoutMs}`,
    '--repl-diskless-sync-delay 0',
    // a master that ends waits for nobody
    '--shutdown-timeout 0',
  ]
  const onStop = (stop: () => Promise<void>) => t.teardown(stop)
  const server = await startRedis(
    findRedis()!,
    rig().folder,
    onStop,
    undefined,
    settings.join(' ').split(' '),
  )
  return { server, admin: adminOf(t, server.port) }
}

/** A connection with every right, which does not mind when its server goes. */
export function adminOf(t: Teardown, port: number): Redis {
  const admin = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: 0 })
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())
  return admin
}

const ping = ({ admin }: ClusterNode): Promise<boolean> =>
  admin.ping().then(
    () => true,
    () => false,
  )

/** What `redis-cli --cluster create` does, on cluster ports of our own choice. */
async function join(nodes: readonly ClusterNode[]): Promise<void> {
  const masters = nodes.slice(0, masterCount)
  const share = Math.ceil(slotCount / masterCount)
  for (const [i, { admin }] of masters.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', i * share, Math.min((i + 1) * share, slotCount) - 1)
  }
  const [first] = nodes
  const [, busPort] = (await first!.admin.config('GET', 'cluster-port')) as [string, string]
  for (const { admin } of nodes.slice(1))
    await admin.call('CLUSTER', 'MEET', '127.0.0.1', first!.server.port, busPort)
  const everybody = async (check: (node: ClusterNode) => Promise<boolean>) =>
    (await Promise.all(nodes.map(check))).every(Boolean)
  const known = async ({ admin }: ClusterNode) =>
    ((await admin.cluster('NODES')) as string).trim().split('\n').length === nodes.length
  await waitUntil(() => everybody(known), { what: 'the nodes know each other', timeoutMs: 30_000 })
  for (const [i, { admin }] of nodes.slice(masterCount).entries())
    await admin.cluster('REPLICATE', await masters[i]!.admin.cluster('MYID'))
  const sound = async ({ admin }: ClusterNode) => {
    const slots = (await admin.cluster('SLOTS')) as unknown[][]
    const info = await admin.cluster('INFO')
    // first and last slot, master, replica
    return slots.every((range) => range.length === 4) && info.includes('cluster_state:ok')
  }
  await waitUntil(() => everybody(sound), { what: 'the cluster is sound', timeoutMs: 30_000 })
  const linked = async ({ admin }: ClusterNode) =>
    (await admin.info('replication')).includes('master_link_status:up')
  await waitUntil(async () => (await Promise.all(nodes.slice(masterCount).map(linked))).every(Boolean), {
    what: 'the replicas follow their masters',
    timeoutMs: 30_000,
  })
}
