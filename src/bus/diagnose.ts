import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisNode } from '../config/redis-url.ts'
import type { FindingKey } from '../i18n/finding-texts.ts'
import type { Language } from '../i18n/messages.ts'
import { translateFinding } from '../i18n/translate.ts'
import { probeChannelOf } from './channels.ts'
import { connect, disconnect } from './redis-connect.ts'
import type { RedisSettings } from './redis-connect.ts'
import { plainPubSub, shardedPubSub, slotOf } from './pubsub-commands.ts'
import { isRefusal } from './redis-refusal.ts'
import { nameOfNode, slotCount } from './cluster-topology.ts'
import type { Topology } from './cluster-topology.ts'
import { fetchTopologyFrom } from './cluster-poller.ts'

interface Wanted {
  readonly redis: RedisSettings
  /** Prefix of the channel names. */
  readonly prefix: string
  /** Language of the sentences. */
  readonly language: Language
}

/**
 * Runs once, on every server, the commands that the bus needs. Reports what Redis refuses and how to allow it.
 * @returns sentences for the terminal; empty when everything works
 */
export async function diagnoseRedis(wanted: Wanted): Promise<string[]> {
  if (wanted.redis.address.kind !== 'cluster') return tryServer(wanted)
  const found = await findTopology(wanted)
  if (typeof found === 'string') return [found]
  const { masters, nodes } = found
  const unserved = { unserved: slotsWithout(masters), all: slotCount }
  const problems = masters.includes(undefined)
    ? [translateFinding(wanted.language, 'slots_unserved', unserved)]
    : []
  for (const name of new Set(masters)) {
    if (name) problems.push(...(await tryServer(wanted, nodes.get(name), masters.indexOf(name))))
  }
  return [...new Set(problems)]
}

async function findTopology(wanted: Wanted): Promise<Topology | string> {
  let reason = ''
  for (const node of wanted.redis.address.nodes) {
    try {
      return await fetchTopologyFrom(wanted.redis, node)
    } catch (error) {
      reason = explain(error as Error, wanted, nameOfNode(node))
    }
  }
  return reason
}

/** @param slot a cluster slot that the node serves */
async function tryServer(wanted: Wanted, node?: RedisNode, slot?: number): Promise<string[]> {
  const { redis, prefix } = wanted
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
  const problems: string[] = []
  try {
    await connection.connect()
    const commands: ((connection: Redis) => Promise<unknown>)[] = [
      () => connection.ping(),
      () => pubSub.publish(connection, channel, ''),
      () => pubSub.subscribe(connection, [channel]),
      () => pubSub.unsubscribe(connection, channel),
    ]
    for (const command of commands) {
      await command(connection).catch((error: Error) => problems.push(explain(error, wanted, where)))
    }
  } catch (error) {
    problems.push(explain(reason ?? (error as Error), wanted, where))
  } finally {
    await disconnect(connection)
  }
  return [...new Set(problems)]
}

function explain(error: Error, { redis: { address }, prefix, language }: Wanted, where: string): string {
  const say = (key: FindingKey, params = {}) => translateFinding(language, key, params)
  const problem = say('redis_failed', { where, said: error.message.replace(/\.$/, '') })
  if (!isRefusal(error)) return problem
  if (!error.message.startsWith('NOPERM')) return `${problem} ${say('redis_login')}`
  const clustered = address.kind === 'cluster'
  const { aclRules } = clustered ? shardedPubSub : plainPubSub
  const command = `ACL SETUSER ${address.username ?? 'default'} resetchannels &${prefix}cafe:* ${aclRules}`
  return `${problem} ${say(clustered ? 'redis_allow_everywhere' : 'redis_allow', { command })}`
}

const slotsWithout = (masters: Topology['masters']): number => masters.filter((name) => !name).length

/** A hash tag that maps to a slot. */
function tagIn(slot: number): string {
  for (let tag = 0; ; tag++) if (slotOf(`{${tag}}`) === slot) return String(tag)
}
