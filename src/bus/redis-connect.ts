import { Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'
import type { RedisAddress, RedisNode } from '../config/redis-url.ts'

export interface RedisSettings {
  address: RedisAddress
  /** Certificate authorities for Redis, in PEM; unset: those that Node.js trusts. */
  ca?: string
  sentinelUsername?: string
  sentinelPassword?: string
  commandTimeoutMs: number
}

const disconnectTimeoutMs = 500

/**
 * A connection that does not queue commands while it is down, and reconnects for ever.
 * @param node one node of a cluster; default: the server or master of the settings
 */
export function connect(settings: RedisSettings, options: RedisOptions = {}, node?: RedisNode): Redis {
  const { address, commandTimeoutMs } = settings
  return new Redis({
    ...(node ? { host: node.host, port: node.port } : endpointOptions(settings)),
    ...(address.tls && { tls: tlsOf(settings) }),
    ...(address.username && { username: address.username }),
    ...(address.password && { password: address.password }),
    connectTimeout: Math.max(commandTimeoutMs, 2000),
    disconnectTimeout: disconnectTimeoutMs,
    // no answer in time means a frozen server or a dead path: reconnect
    socketTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectionName: 'cafe-realtime',
    disableClientInfo: true,
    retryStrategy,
    ...options,
  })
}

export async function disconnect(connection: Redis): Promise<void> {
  const { status } = connection
  if (status === 'end') return
  connection.disconnect()
  // between two attempts there is no socket, and ioredis emits no `end`
  if (status === 'reconnecting' || status === 'wait') return
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, disconnectTimeoutMs * 2)
    connection.once('end', () => {
      clearTimeout(late)
      resolve()
    })
  })
}

const retryStrategy = (attempt: number): number =>
  Math.min(50 * 2 ** Math.min(attempt, 6), 1000) + Math.random() * 100

function endpointOptions(settings: RedisSettings): RedisOptions {
  const { address, commandTimeoutMs } = settings
  if (address.kind !== 'sentinel') return { ...address.nodes[0]! }
  return {
    sentinels: [...address.nodes],
    name: address.master!,
    role: 'master',
    sentinelRetryStrategy: retryStrategy,
    sentinelCommandTimeout: commandTimeoutMs,
    ...(settings.sentinelUsername && { sentinelUsername: settings.sentinelUsername }),
    ...(settings.sentinelPassword && { sentinelPassword: settings.sentinelPassword }),
    ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: tlsOf(settings) }),
  }
}

const tlsOf = ({ ca }: RedisSettings) => (ca ? { ca } : {})
