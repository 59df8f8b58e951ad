import { isConflict } from './pg-errors.ts'

const maxAttempts = 4

/** Runs a transaction again when PostgreSQL broke it off for a deadlock or a serialisation conflict. */
export async function withRetries<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt === maxAttempts || !isConflict(error)) throw error
    }
  }
}

/**
 * Runs `work` together with the statements that set the transaction up, so that they share a round trip. They are sent
 * before the first statement of `work`: drizzle sends a statement only once it is asked for its result. No promise is
 * left unobserved when another fails.
 */
export async function withSetup<T>(
  setup: readonly PromiseLike<unknown>[],
  work: () => Promise<T>,
): Promise<T> {
  const sent = setup.map((statement) => statement.then(() => {}))
  const [set, done] = await Promise.allSettled([Promise.all(sent), work()])
  if (set.status === 'rejected') throw set.reason
  if (done.status === 'rejected') throw done.reason
  return done.value
}
