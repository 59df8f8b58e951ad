import { programPath } from './programs.ts'
import { startPostgres } from './postgresql.ts'
import { startRedis } from './redis.ts'

type OnStop = (stop: () => Promise<unknown>) => void

/**
 * A PostgreSQL for one run: the one that DATABASE_URL names, else a throw-away one on a free port with its files in `folder`.
 * @param onStop gets what takes it down
 * @returns URL of its maintenance database
 * @throws ServiceError that says what to install
 */
export async function bringPostgres(folder: string, onStop: OnStop): Promise<string> {
  const { DATABASE_URL: given } = process.env
  return given ?? (await startPostgres(programPath('postgresql'), folder, onStop)).url
}

/** A Redis for one run, in the same way. */
export async function bringRedis(folder: string, onStop: OnStop): Promise<string> {
  const { REDIS_URL: given } = process.env
  return given ?? (await startRedis(programPath('redis'), folder, onStop)).url
}
