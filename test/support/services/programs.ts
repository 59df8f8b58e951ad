import { hasApt, installPackages } from './apt.ts'
import { find, findNginx, findPostgres, findRedis } from './binaries.ts'
import { ServiceError } from './service-error.ts'

interface Program {
  /** Its path; of PostgreSQL the folder of its programs. */
  find(): string | undefined
  /** The package of Debian and Ubuntu that holds it. */
  package: string
  /** For a person who has to install it. */
  what: string
  /** Tests that use it are skipped without it. */
  dispensable?: true
}

/** Every program that tests may use. A further one is a further row, and `await program('name')` where it is used. */
const programs = {
  postgresql: {
    find: findPostgres,
    package: 'postgresql',
    what: 'PostgreSQL 15 or newer (or set DATABASE_URL to a server where databases may be created)',
  },
  redis: { find: findRedis, package: 'redis-server', what: 'Redis 7 or newer or Valkey (or set REDIS_URL)' },
  nginx: { find: findNginx, package: 'nginx', what: 'nginx' },
  /** The connection pooler that many put before PostgreSQL. */
  pgbouncer: { find: () => find('pgbouncer'), package: 'pgbouncer', what: 'PgBouncer' },
  /** Prometheus's own tool, which tries rules. */
  promtool: { find: () => find('promtool'), package: 'prometheus', what: 'Prometheus (its promtool)' },
  chromium: {
    find: () => find('chromium'),
    package: 'chromium',
    what: 'Chromium',
    dispensable: true,
  },
} satisfies Record<string, Program>

export type ProgramName = keyof typeof programs

/** Told for a program that is missing. */
const howTo =
  'with the programs on PATH; as root on Debian or Ubuntu `npm test -- --install` installs what is missing'

/** @throws ServiceError that says what to install */
export function programPath(name: ProgramName): string {
  const path = programs[name].find()
  if (!path)
    throw new ServiceError(`This test runs on the real thing: install ${programs[name].what}, ${howTo}.`)
  return path
}

/**
 * Installs what is missing, as root on Debian or Ubuntu.
 * @throws ServiceError where that cannot be done
 */
export async function installMissing(): Promise<void> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env
  const given = { postgresql: databaseUrl, redis: redisUrl } as Partial<Record<string, string>>
  const needed = Object.entries(programs).filter(([name]) => !given[name])
  const missing = () => needed.map(([, one]) => one as Program).filter((one) => !one.find())
  if (missing().length > 0 && hasApt()) await installPackages(missing().map((one) => one.package))
  const wanted = missing().filter((one) => !one.dispensable)
  if (wanted.length > 0)
    throw new ServiceError(
      `The tests run on real services; install ${wanted
        .map(({ what }) => what)
        .join(' and ')}, with the programs on PATH.`,
    )
}
