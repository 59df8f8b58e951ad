import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { withTimeout } from '../lib/with-timeout.ts'

/** Phase of the process; `/readyz` and the drain read it. */
export interface Lifecycle {
  phase: 'connecting' | 'migrating' | 'ready' | 'draining'
}

interface Deps {
  config: Config
  database: Database
  bus: Bus
  clock: Clock
  lifecycle: Lifecycle
  registry: Registry
}

/** A probe asks the database at most this often, however many probes there are. */
const pingEveryMs = 1000
const pingTimeoutMs = 1000

/**
 * `GET /healthz`: the process is alive; never fails for anything outside the process. `GET /readyz`: whether to send
 * requests to this replica. A missing part that the replica can work without is listed in `degraded`; otherwise a
 * cluster would take every replica out at once.
 */
export const health = fp<Deps>(
  async (app, { config, database, bus, clock, lifecycle, registry }) => {
    const databaseAnswers = atMostEvery(pingEveryMs, clock, () => answersInTime(database))
    const up = new Gauge({
      name: 'cafe_database_up',
      help: '1 while PostgreSQL answers this replica within a second.',
      registers: [],
      async collect() {
        this.set((await databaseAnswers()) ? 1 : 0)
      },
    })
    registry.registerMetric(up)
    const probe = { config: { access: 'public', limited: false }, logLevel: 'warn' } as const

    app.get('/healthz', { ...probe, schema: alive }, async () => ({ status: 'ok' }))
    app.get('/readyz', { ...probe, schema: ready }, async (_request, reply) => {
      if (lifecycle.phase !== 'ready') {
        return reply.code(503).header('retry-after', 1).send({ status: lifecycle.phase })
      }
      const degraded = [
        ...(bus.up || !config.redisUrl ? [] : ['redis']),
        ...((await databaseAnswers()) ? [] : ['postgresql']),
      ]
      return { status: 'ready', degraded }
    })
  },
  { name: 'health', dependencies: ['declared-access'] },
)

const alive = {
  tags: ['service'],
  summary: 'The process is alive',
  response: { 200: Type.Object({ status: Type.Enum(['ok']) }) },
}

const ready = {
  tags: ['service'],
  summary: 'Whether to send requests here',
  description: 'What is away but can be lived without stands in `degraded`.',
  response: {
    200: Type.Object({
      status: Type.Enum(['ready']),
      degraded: Type.Array(Type.Enum(['redis', 'postgresql'])),
    }),
    503: Type.Object({ status: Type.String({ examples: ['draining'] }) }),
  },
}

const answersInTime = (database: Database): Promise<boolean> =>
  withTimeout(pingTimeoutMs, database.ping()).then(
    () => true,
    () => false,
  )

/** Callers within the interval share one result. */
function atMostEvery<T>(intervalMs: number, clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let askedAt = -Infinity
  let result: Promise<T>
  return () => {
    const now = clock().getTime()
    if (now - askedAt >= intervalMs) {
      askedAt = now
      result = ask()
    }
    return result
  }
}
