import { isConflict } from './pg-errors.ts'

const maxAttempts = 4

/** Retries a transaction that PostgreSQL aborted because of a deadlock or a serialisation conflict. */
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
 * Runs the set-up statements of a transaction together with `work`, so that they share a round trip. They are sent before
 * the first statement of `work`, because drizzle sends a statement when it is awaited. When one promise fails, the others
 * are still awaited.
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
