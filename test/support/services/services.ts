import { hasApt, installPackages } from './apt.ts'
import { findNginx, findPgBouncer, findPostgres, findRedis, findPromtool } from './binaries.ts'
import { startPostgres } from './postgresql.ts'
import { startRedis } from './redis.ts'
import { ServiceError } from './service-error.ts'

export interface Services {
  postgresUrl: string
  redisUrl: string
  nginx: string
  pgbouncer: string
  promtool: string
}

/**
 * PostgreSQL, Redis, nginx and PgBouncer for one run of the tests: those that DATABASE_URL and REDIS_URL name; else throw-away
 * ones from the programs on this machine, on free ports, with their files in `folder`; else, as root on Debian or
 * Ubuntu, from packages installed now.
 * @param onStop gets what takes each started service down
 * @throws ServiceError that says what to install
 */
export async function bringServices(
  folder: string,
  onStop: (stop: () => Promise<void>) => void,
): Promise<Services> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env
  const needed = [
    ...(databaseUrl ? [] : [{ package: 'postgresql', find: findPostgres }]),
    ...(redisUrl ? [] : [{ package: 'redis-server', find: findRedis }]),
    { package: 'nginx', find: findNginx },
    { package: 'pgbouncer', find: findPgBouncer },
    { package: 'prometheus', find: findPromtool },
  ]
  const missing = needed.filter(({ find }) => !find()).map((need) => need.package)
  if (missing.length > 0) {
    if (!hasApt()) throw new ServiceError(whatToInstall(missing))
    await installPackages(missing)
    const still = needed.filter(({ find }) => !find()).map((need) => need.package)
    if (still.length > 0) throw new ServiceError(whatToInstall(still))
  }

  const [postgres, redis] = await Promise.all([
    databaseUrl ? { url: databaseUrl } : startPostgres(findPostgres()!, folder, onStop),
    redisUrl ? { url: redisUrl } : startRedis(findRedis()!, folder, onStop),
  ])
  return {
    postgresUrl: postgres.url,
    redisUrl: redis.url,
    nginx: findNginx()!,
    pgbouncer: findPgBouncer()!,
    promtool: findPromtool()!,
  }
}

const names: Record<string, string> = {
  postgresql: 'PostgreSQL 15 or newer (or set DATABASE_URL to a server where databases may be created)',
  'redis-server': 'Redis 7 or newer or Valkey (or set REDIS_URL)',
  nginx: 'nginx',
  pgbouncer: 'PgBouncer',
  prometheus: 'Prometheus (its promtool)',
}

const whatToInstall = (packages: string[]) =>
  `The tests run on real services; install ${packages.map((name) => names[name]).join(' and ')}, with the programs on PATH.`
