import fp from 'fastify-plugin'
import type { BaseLogger } from 'pino'
import type { Registry } from 'prom-client'
import type { Bus } from '../bus/bus.ts'
import type { Database } from '../db/database.ts'
import { createChanges } from '../events/changes.ts'
import type { Changes } from '../events/changes.ts'
import { createPublisher } from '../events/publisher.ts'
import type { Clock } from '../lib/clock.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Transactions that emit events. */
    changes: Changes
  }
}

interface Deps {
  database: Database
  bus: Bus
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** `app.changes`, for the routes and for code outside the routes that changes something of the café. */
export const changes = fp<Deps>(
  async (app, { database, bus, clock, log, registry }) => {
    const publish = createPublisher({ publish: bus.publish, log, registry })
    app.decorate('changes', createChanges({ database, clock, publish }))
  },
  { name: 'changes' },
)
