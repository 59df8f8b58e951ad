/** What `npm test` has prepared for the test files. */
export interface Rig {
  /** A PostgreSQL server where databases may be created: URL of its maintenance database. */
  postgresUrl: string
  /** A Redis shared by all test files; each service started on it takes its own REDIS_PREFIX. */
  redisUrl: string
  /** Path of the nginx binary. */
  nginx: string
  /** Path of the PgBouncer binary. */
  pgbouncer: string
  /** Path of Prometheus's own tool. */
  promtool: string
  /** The built service: its main.js. */
  main: string
  templates: Templates
  /** Temporary folder, removed at the end of the run. */
  folder: string
}

/** What a database holds: the schema alone, or the demo café as well. */
export type Content = 'empty' | 'demo'

export interface Templates {
  /** Names of PostgreSQL databases. */
  postgres: Record<Content, string>
  /** Data folders of the embedded database. */
  embedded: Record<Content, string>
}

/** Environment variable by which test files get the rig. */
export const rigVariable = 'CAFE_TEST_RIG'

/** The rig of this run. Test files run only under `npm test`. */
export function rig(): Rig {
  const text = process.env[rigVariable]
  if (!text) throw new Error('run tests by `npm test` or `npm test -- test/some.test.ts`')
  return JSON.parse(text) as Rig
}
