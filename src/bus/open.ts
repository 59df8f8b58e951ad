import { readFileSync } from 'node:fs'
import type { BaseLogger } from 'pino'
import type { Registry } from 'prom-client'
import type { Config } from '../config/config.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Bus } from './bus.ts'
import { openClusterBus } from './cluster-bus.ts'
import type { RedisSettings } from './redis-connect.ts'
import { createLocalBus } from './local-bus.ts'
import { createBusMetrics } from './metrics.ts'
import { openRedisBus } from './redis-bus.ts'

interface Deps {
  config: Config
  log: BaseLogger
  registry: Registry
}

/**
 * Opens the configured bus; without REDIS_URL, one inside this process. Redis need not be reachable yet.
 * @throws StartupError when REDIS_CA_FILE cannot be read
 */
export function openBus({ config, log, registry }: Deps): Bus {
  const metrics = createBusMetrics(registry)
  const redis = redisSettings(config)
  if (!redis) return createLocalBus({ alone: !config.databaseUrl, metrics })
  const open = redis.address.kind === 'cluster' ? openClusterBus : openRedisBus
  return open({ redis, prefix: config.redisPrefix, log, metrics })
}

/** @throws StartupError when REDIS_CA_FILE cannot be read */
export function redisSettings(config: Config): RedisSettings | undefined {
  if (!config.redisAddress) return undefined
  return {
    address: config.redisAddress,
    ca: config.redisCaFile && readCertificates(config.redisCaFile),
    sentinelUsername: config.redisSentinelUsername,
    sentinelPassword: config.redisSentinelPassword,
    commandTimeoutMs: config.redisCommandTimeoutMs,
  }
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new StartupError(`REDIS_CA_FILE cannot be read: ${(error as Error).message}`)
  }
}
