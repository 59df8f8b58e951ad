import type postgres from 'postgres'
import { postgresError } from './pg-errors.ts'
import { withTimeout, TimeoutError } from '../lib/with-timeout.ts'

/** Transactions on connections that may break at any moment. */
export interface Pool {
  /** For statements outside of a transaction; another one from time to time. */
  readonly client: postgres.Sql
  /** Runs `work` between BEGIN and COMMIT. Rejects as soon as the connection is lost, whatever `work` still waits for. */
  transaction<T>(work: (session: postgres.Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Options {
  /** After which a transaction that neither ends nor fails is given up. */
  limitMs: number
  /** Whether statements are prepared, once per connection: one round trip instead of two. */
  prepare: boolean
}

/** How long the others of a pool that is given up may take to end. */
const graceSeconds = 5

const readOnly = '25006'
/** Between two attempts to find a server that takes changes. */
const readOnlyPauseMs = 1000

/**
 * The driver has three faults when a connection breaks: a statement sent after that, be it its own ROLLBACK, throws
 * outside of any promise and ends the process; a connection that broke with something unwritten never connects again; and
 * nobody hears when it fails to learn the array types, which ends the process too. So here nothing is sent on a lost
 * connection, a pool with a connection that does not connect, or does not answer, makes room for a new one, and the types
 * are learnt once.
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
        // a primary that became a standby keeps its connections: the new one is found by others
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

/** What the driver learns on its first connection. */
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
        // drizzle wants the client's options, which a connection in a transaction does not carry
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

/** What the driver waits for before it sends its COMMIT or ROLLBACK: on a lost connection it must not. */
const forever = new Promise<never>(() => {})

/** Statements are refused here once the connection is lost. */
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

/** PostgreSQL or the path to it has ended the connection, or is about to. */
function isLost(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code = '', severity = '' } = inner as { code?: unknown; severity?: unknown }
    if (severity === 'FATAL' || severity === 'PANIC' || lost.test(String(code))) return true
  }
  return false
}

const lost = /^(ECONNRESET|EPIPE|ETIMEDOUT|CONNECTION_(CLOSED|ENDED|DESTROYED))$/
