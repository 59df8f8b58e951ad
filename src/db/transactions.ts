import { isConflict } from './faults.ts'

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
 * Runs `work` together with the statement that sets the transaction up, which is already on its way, so that both
 * share a round trip. Neither promise is left unobserved when the other fails.
 */
export async function alongside<T>(setup: Promise<unknown>, work: Promise<T>): Promise<T> {
  const [set, done] = await Promise.allSettled([setup, work])
  if (set.status === 'rejected') throw set.reason
  if (done.status === 'rejected') throw done.reason
  return done.value
}
