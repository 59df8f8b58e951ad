import type postgres from 'postgres'
import { postgresError } from './pg-errors.ts'
import { withTimeout, TimeoutError } from '../lib/with-timeout.ts'

/** Transactions on connections that may break at any moment. */
export interface Pool {
  /** For statements outside of a transaction. It is replaced when its connections are stuck. */
  readonly client: postgres.Sql
  /** Runs `work` between BEGIN and COMMIT. Rejects as soon as the connection is lost, whatever `work` still waits for. */
  transaction<T>(work: (session: postgres.Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Options {
  /** Time-out of a transaction. */
  limitMs: number
  /** Whether statements are prepared, once per connection: one round trip instead of two. */
  prepare: boolean
}

/** Time for the other connections of a replaced pool to finish. */
const graceSeconds = 5

const readOnly = '25006'
/** Pause between two attempts to find a writable server. */
const readOnlyPauseMs = 1000

/**
 * Works around three bugs of the driver with lost connections. A statement sent afterwards, even its own ROLLBACK, throws
 * outside of any promise and ends the process. A connection lost with unwritten data never reconnects. A failure to fetch
 * the array types is unhandled, which also ends the process. So nothing is sent on a lost connection, a pool with a
 * connection that does not connect or answer is replaced, and the types are fetched once.
 * @see https://github.com/porsager/postgres/issues/1154 https://github.com/porsager/postgres/issues/1208
 */
export function openPool(open: () => postgres.Sql, { limitMs, prepare }: Options): Pool {
  let client = open()
  const givenUp = new Set<Promise<void>>()
  let leftReadOnlyAt = -Infinity
  const giveUp = (stuck: postgres.Sql) => {
    if (stuck !== client) return
    client = open()
    takeOverTypes(stuck, client)
    const ended = stuck.end({ timeout: graceSeconds }).finally(() => givenUp.delete(ended))
    givenUp.add(ended)
  }
  return {
    get client() {
      return client
    },
    async transaction(work) {
      const present = client
      try {
        const result = await withTimeout(limitMs, begin(present, prepare, work))
        typesOf(present).fetch_types = false
        return result
      } catch (error) {
        if (error instanceof TimeoutError || postgresError(error)?.code === 'CONNECT_TIMEOUT') giveUp(present)
        // a primary that became a standby keeps its connections; new connections find the new primary
        if (postgresError(error)?.code === readOnly && performance.now() - leftReadOnlyAt > readOnlyPauseMs) {
          leftReadOnlyAt = performance.now()
          giveUp(present)
        }
        throw error
      }
    },
    async close() {
      await Promise.all([client.end({ timeout: graceSeconds }), ...givenUp])
    },
  }
}

/** Type data that the driver fetches on its first connection. */
interface Types {
  fetch_types: boolean
  parsers: object
  serializers: object
  shared: { typeArrayMap: object }
}

const typesOf = (client: postgres.Sql) => client.options as unknown as Types

function takeOverTypes(from: postgres.Sql, to: postgres.Sql): void {
  const [known, fresh] = [typesOf(from), typesOf(to)]
  if (known.fetch_types) return
  fresh.fetch_types = false
  Object.assign(fresh.parsers, known.parsers)
  Object.assign(fresh.serializers, known.serializers)
  Object.assign(fresh.shared.typeArrayMap, known.shared.typeArrayMap)
}

function begin<T>(
  client: postgres.Sql,
  prepare: boolean,
  work: (session: postgres.Sql) => Promise<T>,
): Promise<T> {
  let over = false
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      over = true
      settle()
    }
    const guarded = async (connection: postgres.TransactionSql): Promise<T> => {
      guard(connection, prepare, () => over)
      try {
        // drizzle needs the client's options, which a connection in a transaction does not have
        const { options } = client
        const result = await work(Object.assign(connection, { options }) as unknown as postgres.Sql)
        return over ? await forever : result
      } catch (error) {
        if (!over && !isLost(error)) throw error
        end(() => reject(error))
        return await forever
      }
    }
    ;(client.begin(guarded) as Promise<T>).then(
      (result) => end(() => resolve(result)),
      (error: Error) => end(() => reject(error)),
    )
  })
}

/** Never resolves, so that the driver sends no COMMIT or ROLLBACK on a lost connection. */
const forever = new Promise<never>(() => {})

/** Rejects statements once the connection is lost. */
function guard(connection: postgres.TransactionSql, prepare: boolean, isOver: () => boolean): void {
  const unsafe = connection.unsafe.bind(connection)
  connection.unsafe = ((query: string, parameters: [], options: object) =>
    isOver()
      ? refused()
      : unsafe(query, parameters, prepare ? { ...options, prepare } : options)) as typeof connection.unsafe
}

function refused() {
  const refusal = Promise.reject(
    Object.assign(new Error('the connection is lost'), { code: 'CONNECTION_CLOSED' }),
  )
  return Object.assign(refusal, { values: () => refusal })
}

/** PostgreSQL or the network has closed the connection, or is about to. */
function isLost(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code = '', severity = '' } = inner as { code?: unknown; severity?: unknown }
    if (severity === 'FATAL' || severity === 'PANIC' || lost.test(String(code))) return true
  }
  return false
}

const lost = /^(ECONNRESET|EPIPE|ETIMEDOUT|CONNECTION_(CLOSED|ENDED|DESTROYED))$/
