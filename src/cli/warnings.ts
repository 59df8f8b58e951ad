import type { Config } from '../config/config.ts'

/** Warnings about settings that are allowed but may not be intended; empty when there are none. */
export function cautions(config: Config): string[] {
  const found: string[] = []
  const cluster = config.databaseUrl !== undefined
  if (config.demoData && (config.production || cluster))
    found.push('DEMO_DATA is on: the accounts of the demo café and their password are known to everybody.')
  if (cluster && !config.redisUrl)
    found.push(
      'REDIS_URL is not set: with more than one replica, events of the others come a quarter of a second late.',
    )
  if (cluster && !config.production)
    found.push('NODE_ENV is not production: set it, so that what suits trying out is off unless asked for.')
  if (config.registration) found.push('REGISTRATION is on: whoever reaches the service may make a company.')
  if (!config.rateLimit) found.push('RATE_LIMIT is off: passwords may be tried without end.')
  if (config.corsOrigins.includes('*'))
    found.push('CORS_ORIGINS is *: pages of every site may act with the tokens that they get hold of.')
  return found
}
