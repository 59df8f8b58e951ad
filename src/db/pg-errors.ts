/** What PostgreSQL said when it refused, read from the errors of either driver and of drizzle's wrapper. */

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

/** Name of the unique constraint a statement broke, or null. */
export function brokenUnique(error: unknown): string | null {
  const fault = postgresError(error)
  return fault?.code === '23505' ? (fault.constraint ?? '') : null
}

/** Name of the exclusion constraint a statement broke, or null. */
export function brokenExclusion(error: unknown): string | null {
  const fault = postgresError(error)
  return fault?.code === '23P01' ? (fault.constraint ?? '') : null
}

/** Name of the foreign key a statement broke, or null. */
export function brokenReference(error: unknown): string | null {
  const fault = postgresError(error)
  return fault?.code === '23503' ? (fault.constraint ?? '') : null
}

const worthAnotherTry = new Set(['40001', '40P01'])

/** PostgreSQL broke the transaction off to resolve a deadlock or a serialisation conflict; running it again is safe. */
export function isConflict(error: unknown): boolean {
  return worthAnotherTry.has(postgresError(error)?.code ?? '')
}

const unavailable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|08...|57P0[1235]|57014|55P03|53[34]00|25006)$/

/** A statement waited for a lock longer than its limit. */
export function isLockTimeout(error: unknown): boolean {
  return postgresError(error)?.code === '55P03'
}

/** The database could not be asked, or gave up on the time limit: the same request may succeed a moment later. */
export function isUnavailable(error: unknown): boolean {
  return unavailable.test(postgresError(error)?.code ?? '')
}

/** PostgreSQL does not let this login in: wrong password, no such name, not from here (28…); or has no such database. */
export function isRefused(error: unknown): boolean {
  return /^(28000|28P01|3D000)$/.test(postgresError(error)?.code ?? '')
}
