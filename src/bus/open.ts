import type { BaseLogger } from 'pino'
import type { Registry } from 'prom-client'
import type { Config } from '../config.ts'
import type { Bus } from './bus.ts'
import { createLocalBus } from './local-bus.ts'
import { createBusMetrics } from './metrics.ts'
import { openRedisBus } from './redis-bus.ts'

interface Parts {
  config: Config
  log: BaseLogger
  registry: Registry
}

/** Opens the bus the settings name; with none, news stays in this process. Redis may be away at that moment. */
export function openBus({ config, log, registry }: Parts): Bus {
  const metrics = createBusMetrics(registry)
  if (!config.redisUrl) return createLocalBus({ alone: !config.databaseUrl, metrics })
  return openRedisBus({
    url: config.redisUrl,
    prefix: config.redisPrefix,
    commandTimeoutMs: config.redisCommandTimeoutMs,
    log,
    metrics,
  })
}
