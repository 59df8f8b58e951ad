import type { Config } from '../config/config.ts'
import type { FindingKey } from '../i18n/finding-texts.ts'

/** Settings that are allowed but may not be intended; empty when there are none. */
export function configWarnings(config: Config): FindingKey[] {
  const cluster = config.databaseUrl !== undefined
  const found: Partial<Record<FindingKey, boolean>> = {
    demo_data_on: config.demoData && (config.production || cluster),
    no_redis: cluster && !config.redisUrl,
    not_production: cluster && !config.production,
    registration_on: config.registration,
    rate_limit_off: !config.rateLimit,
    any_origin: config.corsOrigins.includes('*'),
  }
  return Object.entries(found).flatMap(([key, applies]) => (applies ? [key as FindingKey] : []))
}
