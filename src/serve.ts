import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { hashPassword } from './accounts/passwords.ts'
import { buildApp } from './app.ts'
import { openBus } from './bus/open.ts'
import { startAuditRetention } from './cafe/audit/retention.ts'
import { startNotificationRetention } from './cafe/notifications/retention.ts'
import { startPictureCleanUp } from './cafe/pictures/clean-up.ts'
import { openPicturePlace } from './cafe/pictures/open.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { unboundLogin } from './db/database.ts'
import type { Database } from './db/database.ts'
import { fillWithDemo } from './db/demo.ts'
import { isUnavailable, postgresFault } from './db/faults.ts'
import { openDatabase } from './db/open.ts'
import { endInPhases } from './ending.ts'
import { createLogTrimmer } from './events/log-trimmer.ts'
import { startRetention } from './events/retention.ts'
import { openFrontDoor } from './front-door.ts'
import { startKeyRetention } from './idempotency/retention.ts'
import type { Lifecycle } from './lifecycle.ts'
import { refusalsIn } from './limits/refusals.ts'
import { openTracing } from './tracing/open.ts'
import { StartupError } from './startup-error.ts'
import { welcome } from './welcome.ts'

export interface Service {
  /** Drains and closes everything, in phases with time limits; whether all of it ended as it should. */
  stop(): Promise<boolean>
}

interface ServeOptions {
  config: Config
  log: Logger
  /** Tells the person at the terminal. */
  print: (text: string) => void
}

const retryMs = 1000
/** How long sockets that were closed last may take to answer. With the phases behind it less than a container is given. */
const farewellMs = 1500

/**
 * Brings one replica up: the port first (so that a second process stops before it touches any data), then the database,
 * its schema, the demo café where wanted, the bus, and the app.
 * @throws StartupError for what only a person can mend
 */
export async function serve({ config, log, print }: ServeOptions): Promise<Service> {
  const lifecycle: Lifecycle = { phase: 'connecting' }
  const registry = new Registry()
  const door = await openFrontDoor(config, lifecycle, refusalsIn(registry))
  const pictureFolder = config.servesApi ? await openPicturePlace(config) : undefined
  const database = await openDatabase(config)
  await reach(database, log)
  lifecycle.phase = 'migrating'
  await bringUpToDate(database, config, log)
  if (config.demoData) await fillWithDemo(database, { hashPassword })

  collectDefaultMetrics({ register: registry })
  const bus = openBus({ config, log, registry })
  const tracing = await openTracing(config, log)
  const app = await buildApp({
    config,
    database,
    bus,
    pictureFolder,
    clock: systemClock,
    log,
    registry,
    tracing,
    lifecycle,
    serverFactory: door.serverFactory,
  })
  await app.ready()
  const upkeep = { database, intervalMs: config.eventCleanupIntervalMs, clock: systemClock, log, registry }
  const cleanUps = [
    startRetention({ ...upkeep, trimmer: createLogTrimmer(database), retentionMs: config.eventRetentionMs }),
    startKeyRetention({ ...upkeep, retentionMs: config.idempotencyRetentionMs }),
    startNotificationRetention({ ...upkeep, retentionMs: config.notificationRetentionMs }),
    startAuditRetention({ ...upkeep, retentionMs: config.auditRetentionMs }),
    ...(pictureFolder ? [startPictureCleanUp({ ...upkeep, folder: pictureFolder })] : []),
  ]
  lifecycle.phase = 'ready'
  door.open()
  log.info({ port: door.port, database: database.kind }, 'ready')
  if (config.demoData) print(welcome(door.port))

  return {
    stop() {
      lifecycle.phase = 'draining'
      const { drainTimeoutMs } = config
      const drain = () => Promise.all([door.close(drainTimeoutMs), app.sockets?.drain(drainTimeoutMs)])
      return endInPhases(
        [
          { name: 'requests and sockets', limitMs: drainTimeoutMs + farewellMs, work: drain },
          {
            name: 'clean-ups',
            limitMs: 2000,
            work: () => Promise.all(cleanUps.map((cleanUp) => cleanUp.stop())),
          },
          { name: 'app', limitMs: 2000, work: () => app.close() },
          { name: 'traces', limitMs: 1500, work: async () => tracing?.close() },
          { name: 'bus', limitMs: 1500, work: () => bus.close() },
          { name: 'database', limitMs: 2500, work: () => database.close() },
        ],
        log,
      )
    },
  }
}

/** Waits for a database that is not up yet; a wrong password or name is for a person to mend. */
async function reach(database: Database, log: Logger): Promise<void> {
  for (;;) {
    try {
      return await database.ping()
    } catch (error) {
      if (!isUnavailable(error)) throw new StartupError(`cannot use the database: ${reason(error)}`)
      log.warn({ reason: reason(error) }, 'waiting for the database')
      await delay(retryMs)
    }
  }
}

async function bringUpToDate(database: Database, config: Config, log: Logger): Promise<void> {
  if (config.migrateOnStart) await database.migrate()
  while ((await database.pendingMigrations()) > 0) {
    log.warn('waiting for `npm run db:migrate`: the database schema is older than this build')
    await delay(retryMs)
  }
  if ((await database.isUnbound()) && database.kind === 'postgresql') log.warn(unboundLogin)
}

function reason(error: unknown): string {
  const { message } = error as Error
  return message || (postgresFault(error)?.code ?? 'no answer')
}
