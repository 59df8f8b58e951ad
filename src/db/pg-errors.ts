/** Reads PostgreSQL errors of both drivers, also inside drizzle's wrapper. */

interface PostgresError {
  /** SQLSTATE, or the driver's own code of a lost connection. */
  code: string
  constraint: string | null
}

/** The database's own error inside `error`, if there is one. */
export function postgresError(error: unknown): PostgresError | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code, constraint_name, constraint } = inner as {
      code?: unknown
      constraint_name?: string
      constraint?: string
    }
    if (typeof code === 'string') return { code, constraint: constraint_name ?? constraint ?? null }
  }
  return null
}

/** Name of the violated unique constraint, or null. */
export function brokenUnique(error: unknown): string | null {
  const pgError = postgresError(error)
  return pgError?.code === '23505' ? (pgError.constraint ?? '') : null
}

/** Name of the violated exclusion constraint, or null. */
export function brokenExclusion(error: unknown): string | null {
  const pgError = postgresError(error)
  return pgError?.code === '23P01' ? (pgError.constraint ?? '') : null
}

/** Name of the violated foreign key, or null. */
export function brokenReference(error: unknown): string | null {
  const pgError = postgresError(error)
  return pgError?.code === '23503' ? (pgError.constraint ?? '') : null
}

const worthAnotherTry = new Set(['40001', '40P01'])

/** PostgreSQL aborted the transaction because of a deadlock or a serialisation conflict; a retry is safe. */
export function isConflict(error: unknown): boolean {
  return worthAnotherTry.has(postgresError(error)?.code ?? '')
}

const unavailable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|08...|57P0[1235]|57014|55P03|53[34]00|25006)$/

/** A statement exceeded the lock time-out. */
export function isLockTimeout(error: unknown): boolean {
  return postgresError(error)?.code === '55P03'
}

/** The database was not reachable or exceeded a time limit: a retry may succeed. */
export function isUnavailable(error: unknown): boolean {
  return unavailable.test(postgresError(error)?.code ?? '')
}

/** PostgreSQL refuses this login (wrong password, unknown name, pg_hba.conf), or the database does not exist. */
export function isRefused(error: unknown): boolean {
  return /^(28000|28P01|3D000)$/.test(postgresError(error)?.code ?? '')
}
