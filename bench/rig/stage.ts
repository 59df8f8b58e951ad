import { join } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import type { Config } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { buildService } from '../../test/support/runner.ts'
import { findPostgres, findRedis } from '../../test/support/services/binaries.ts'
import { startPostgres } from '../../test/support/services/postgresql.ts'
import { startRedis } from '../../test/support/services/redis.ts'
import { temporaryFolder } from '../../test/support/script.ts'
import type { Teardown } from '../../test/support/teardown.ts'
import { compileGenerator, counter } from '../load/generator.ts'

/** What stands ready for every scenario; all but the measured server runs on the cores of everybody else. */
export interface Stage extends Teardown {
  /** Temporary, of this run. */
  readonly folder: string
  /** The built service: its main.js. */
  readonly main: string
  /** The main.js of another build, measured as `before`. */
  readonly before: string | null
  /** The load generator: its program. */
  readonly generator: string
  readonly postgres: { readonly url: string; readonly pid: number; readonly bin: string }
  readonly redis: { readonly url: string; readonly pid: number }
  /** Settings of the service. */
  readonly env: Readonly<Record<string, string>>
  readonly config: Config
}

/** @throws Error that says what is missing */
export async function setStage(t: Teardown): Promise<Stage> {
  const folder = await temporaryFolder(t, 'bench')
  const bin = findPostgres()
  const redisProgram = findRedis()
  if (!bin || !redisProgram) throw new Error('the bench needs the programs of PostgreSQL and Redis on PATH')
  const generator = compileGenerator(folder) ?? counter
  if (generator === counter)
    console.log('no g++ or clang++: Node counts the frames, sees no order, and is itself what limits a flood')
  const main = await buildService(folder)
  const postgres = await startPostgres(bin, folder, (stop) => t.teardown(stop))
  // what waits for a server that is flooded must not be cut off: its speed is what is measured
  const redis = await startRedis(redisProgram, folder, (stop) => t.teardown(stop), undefined, [
    '--client-output-buffer-limit',
    'pubsub 0 0 0',
  ])
  const env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    // its clients stand for those that know positions, which are never paced
    SOCKET_FRAME_GAP: '0',
    JWT_SECRET: 'a secret of the benchmark alone, long enough for HS256',
    DATA_DIR: join(folder, 'unused'),
    LOG_LEVEL: 'warn',
    DEMO_DATA: 'false',
    NODE_ENV: 'production',
    DRAIN_TIMEOUT: '1s',
    // thousands come from one address
    RATE_LIMIT: 'off',
  }
  const config = readConfig(env)
  const database = await openDatabase(config)
  await database.migrate()
  await database.close()
  return {
    folder,
    main,
    before: null,
    generator,
    postgres: { ...postgres, bin },
    redis,
    env,
    config,
    teardown: (step) => t.teardown(step),
  }
}
