import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisNode } from '../config/redis-url.ts'
import { probeChannelOf } from './channels.ts'
import { connect, disconnect } from './redis-connect.ts'
import type { RedisSettings } from './redis-connect.ts'
import { plainPubSub, shardedPubSub, slotOf } from './pubsub-commands.ts'
import { isRefusal } from './redis-refusal.ts'
import { nameOfNode, slotCount } from './cluster-topology.ts'
import type { Topology } from './cluster-topology.ts'
import { fetchTopologyFrom } from './cluster-poller.ts'

/**
 * Runs once, on every server, the commands that the bus needs. Reports what Redis refuses and how to allow it.
 * @returns sentences for the terminal; empty when everything works
 */
export async function diagnoseRedis(redis: RedisSettings, prefix: string): Promise<string[]> {
  if (redis.address.kind !== 'cluster') return tryServer(redis, prefix)
  const found = await findTopology(redis, prefix)
  if (typeof found === 'string') return [found]
  const { masters, nodes } = found
  const faults = masters.includes(undefined)
    ? [`Redis: ${slotsWithout(masters)} of ${slotCount} slots of the cluster are served by no node.`]
    : []
  for (const name of new Set(masters)) {
    if (name) faults.push(...(await tryServer(redis, prefix, nodes.get(name), masters.indexOf(name))))
  }
  return [...new Set(faults)]
}

async function findTopology(redis: RedisSettings, prefix: string): Promise<Topology | string> {
  let reason = ''
  for (const node of redis.address.nodes) {
    try {
      return await fetchTopologyFrom(redis, node)
    } catch (error) {
      reason = explain(error as Error, redis, prefix, nameOfNode(node))
    }
  }
  return reason
}

/** @param slot a cluster slot that the node serves */
async function tryServer(
  redis: RedisSettings,
  prefix: string,
  node?: RedisNode,
  slot?: number,
): Promise<string[]> {
  const pubSub = slot === undefined ? plainPubSub : shardedPubSub
  const channel = probeChannelOf(prefix, slot === undefined ? randomUUID() : `{${tagIn(slot)}}:doctor`)
  const connection = connect(
    redis,
    { retryStrategy: null, sentinelRetryStrategy: () => null, lazyConnect: true },
    node,
  )
  const where = node ? nameOfNode(node) : redis.address.nodes.map(nameOfNode).join()
  let reason: Error | undefined
  connection.on('error', (error) => (reason = error))
  const faults: string[] = []
  try {
    await connection.connect()
    const commands: ((connection: Redis) => Promise<unknown>)[] = [
      () => connection.ping(),
      () => pubSub.publish(connection, channel, ''),
      () => pubSub.subscribe(connection, [channel]),
      () => pubSub.unsubscribe(connection, channel),
    ]
    for (const command of commands) {
      await command(connection).catch((error: Error) => faults.push(explain(error, redis, prefix, where)))
    }
  } catch (error) {
    faults.push(explain(reason ?? (error as Error), redis, prefix, where))
  } finally {
    await disconnect(connection)
  }
  return [...new Set(faults)]
}

function explain(error: Error, { address }: RedisSettings, prefix: string, where: string): string {
  const said = `Redis at ${where}: ${error.message.replace(/\.$/, '')}`
  if (!isRefusal(error)) return `${said}.`
  if (!error.message.startsWith('NOPERM'))
    return `${said}. Check the user name and password in REDIS_URL: they come before the @, percent-encoded.`
  const { aclRules } = address.kind === 'cluster' ? shardedPubSub : plainPubSub
  return `${said}. To allow it${address.kind === 'cluster' ? ' on every node' : ''}: ACL SETUSER ${address.username ?? 'default'} resetchannels &${prefix}cafe:* ${aclRules}`
}

const slotsWithout = (masters: Topology['masters']): number => masters.filter((name) => !name).length

/** A hash tag that maps to a slot. */
function tagIn(slot: number): string {
  for (let tag = 0; ; tag++) if (slotOf(`{${tag}}`) === slot) return String(tag)
}
