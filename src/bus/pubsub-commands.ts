import { Command } from 'ioredis'
import type { Redis } from 'ioredis'

/** The pub/sub commands: PUBLISH and SUBSCRIBE of one server, or the sharded ones, which keep a message on one shard. */
export interface PubSubCommands {
  /** Resolves to the number of subscribers of that server that received it. */
  publish(connection: Redis, channel: string, message: Buffer | string): Promise<number>
  subscribe(connection: Redis, channels: readonly string[]): Promise<unknown>
  unsubscribe(connection: Redis, channel: string): Promise<unknown>
  /** Event of the connection with channel and message. */
  readonly messageEvent: 'messageBuffer' | 'smessageBuffer'
  /** Splits channels into groups that one command may name. */
  group(channels: readonly string[]): string[][]
  /** The commands that an ACL must allow, in the form of ACL SETUSER. */
  readonly aclRules: string
}

const channelsPerCommand = 500
const everyConnection = '+info +ping +client|setname'

export const plainPubSub: PubSubCommands = {
  publish: (connection, channel, message) => connection.publish(channel, message),
  subscribe: (connection, channels) => connection.subscribe(...channels),
  unsubscribe: (connection, channel) => connection.unsubscribe(channel),
  messageEvent: 'messageBuffer',
  group: chunks,
  aclRules: `${everyConnection} +publish +subscribe +unsubscribe`,
}

export const shardedPubSub: PubSubCommands = {
  publish: (connection, channel, message) => connection.spublish(channel, message) as Promise<number>,
  subscribe: (connection, channels) => connection.ssubscribe(...channels),
  unsubscribe: (connection, channel) => connection.sunsubscribe(channel),
  messageEvent: 'smessageBuffer',
  // Redis refuses a command with channels of two slots, even when one node serves both
  group(channels) {
    const bySlot = new Map<number, string[]>()
    for (const channel of channels) {
      const slot = slotOf(channel)
      const together = bySlot.get(slot)
      if (together) together.push(channel)
      else bySlot.set(slot, [channel])
    }
    return [...bySlot.values()].flatMap(chunks)
  },
  aclRules: `${everyConnection} +cluster|slots +spublish +ssubscribe +sunsubscribe`,
}

/** The cluster slot of a channel, 0 to 16383. */
export const slotOf = (channel: string): number => new Command('spublish', [channel]).getSlot()

function chunks(channels: readonly string[]): string[][] {
  const groups: string[][] = []
  for (let i = 0; i < channels.length; i += channelsPerCommand)
    groups.push(channels.slice(i, i + channelsPerCommand))
  return groups
}
