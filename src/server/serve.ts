import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { createLoginHints } from '../accounts/hints/service.ts'
import { hashPassword } from '../accounts/passwords/hash.ts'
import { buildApp } from '../app.ts'
import type { App } from '../app.ts'
import type { Bus } from '../bus/bus.ts'
import { openBus } from '../bus/open.ts'
import { startAuditRetention } from '../retention/audit-log.ts'
import { startNotificationRetention } from '../retention/notifications.ts'
import { startPictureRetention } from '../retention/pictures.ts'
import { openPicturePlace } from '../cafe/pictures/storage/open.ts'
import type { RetentionJob } from '../retention/job.ts'
import { systemClock } from '../lib/clock.ts'
import { serveCommands } from '../cli/served/serve-commands.ts'
import { terminalLanguage } from '../config/terminal-language.ts'
import type { Config } from '../config/config.ts'
import { translateFinding } from '../i18n/translate.ts'
import type { Database } from '../db/database.ts'
import { fillWithDemo } from '../db/demo/demo.ts'
import { isUnavailable, postgresError } from '../db/pg-errors.ts'
import { openDatabase } from '../db/open.ts'
import { shutDownInPhases } from './shutdown.ts'
import { createLogTrimmer } from '../retention/event-log-repository.ts'
import { startEventRetention } from '../retention/events.ts'
import { openListener } from './listener.ts'
import type { HttpListener } from './listener.ts'
import { startKeyRetention } from '../retention/idempotency-keys.ts'
import type { Lifecycle } from '../plugins/health.ts'
import { refusalsIn } from '../http/refusal-metrics.ts'
import { openTracing } from '../tracing/open.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { StartupError } from '../config/startup-error.ts'
import { banner } from './banner.ts'

export interface Service {
  /**
   * Resolves when requests are served.
   * @throws StartupError for a problem that needs an operator
   */
  readonly ready: Promise<void>
  /** Drains and closes everything, in phases with time limits. False when a phase failed. */
  stop(): Promise<boolean>
}

interface ServeDeps {
  config: Config
  log: Logger
  /** Prints to the terminal. */
  print: (text: string) => void
}

const retryMs = 1000
/** Extra time for the close handshakes of the last sockets. All phases together fit into a container's grace period. */
const closeGraceMs = 3000

/** Runs one replica. */
export function serve(deps: ServeDeps): Service {
  const { config, log } = deps
  const lifecycle: Lifecycle = { phase: 'connecting' }
  let listener: HttpListener | undefined
  let replica: Replica | undefined
  return {
    ready: startReplica(deps, lifecycle, (opened) => (listener = opened)).then((up) => void (replica = up)),
    async stop() {
      lifecycle.phase = 'draining'
      if (replica && listener) return drain(replica, listener, config, log)
      // not ready yet: queued requests are answered 503, and an interrupted migration is rolled back
      await listener?.close(config.drainTimeoutMs)
      return true
    },
  }
}

/** The parts of a running replica that the shutdown closes. */
interface Replica {
  readonly app: App
  /** Runs commands of other processes on the embedded database; undefined with PostgreSQL. */
  readonly commands: { close(): Promise<void> } | undefined
  readonly cleanUps: readonly RetentionJob[]
  readonly tracing: Tracing | null
  readonly bus: Bus
  readonly database: Database
}

/**
 * Starts one replica: first the port (so that a second process fails before it touches data), then the database, the
 * schema, the demo café if enabled, the bus and the app.
 */
async function startReplica(
  { config, log, print }: ServeDeps,
  lifecycle: Lifecycle,
  opened: (listener: HttpListener) => void,
): Promise<Replica> {
  const begin = (phase: Lifecycle['phase']) => {
    if (lifecycle.phase === 'draining') throw new StartupError('stopped before it was ready')
    lifecycle.phase = phase
  }
  const registry = new Registry()
  const listener = await openListener(config, lifecycle, refusalsIn(registry))
  opened(listener)
  const pictureFolder = config.servesApi ? await openPicturePlace(config) : undefined
  const database = await openDatabase(config)
  await waitForDatabase(database, log)
  begin('migrating')
  await applyMigrations(database, config, log)
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
    serverFactory: listener.serverFactory,
  })
  await app.ready()
  const upkeep = { database, intervalMs: config.eventCleanupIntervalMs, clock: systemClock, log, registry }
  const cleanUps = [
    startEventRetention({
      ...upkeep,
      trimmer: createLogTrimmer(database),
      retentionMs: config.eventRetentionMs,
    }),
    startKeyRetention({ ...upkeep, retentionMs: config.idempotencyRetentionMs }),
    startNotificationRetention({ ...upkeep, retentionMs: config.notificationRetentionMs }),
    startAuditRetention({ ...upkeep, retentionMs: config.auditRetentionMs }),
    ...(pictureFolder ? [startPictureRetention({ ...upkeep, folder: pictureFolder })] : []),
  ]
  const { changes, authenticator } = app
  const commands =
    database.kind === 'embedded'
      ? await serveCommands({ config, database, changes, authenticator, log })
      : undefined
  begin('ready')
  listener.open()
  log.info({ port: listener.port, database: database.kind }, 'ready')
  if (config.demoData || database.kind === 'embedded') {
    const hints = await createLoginHints(database, config.demoData)()
    print(
      banner(
        { port: listener.port, host: config.host },
        hints,
        hints.company?.language ?? terminalLanguage(),
      ),
    )
  }

  return { app, commands, cleanUps, tracing, bus, database }
}

function drain(
  { app, commands, cleanUps, tracing, bus, database }: Replica,
  listener: HttpListener,
  { drainTimeoutMs }: Config,
  log: Logger,
): Promise<boolean> {
  const leave = () => Promise.all([listener.close(drainTimeoutMs), app.subscribers.drain(drainTimeoutMs)])
  return shutDownInPhases(
    [
      { name: 'requests and sockets', limitMs: drainTimeoutMs + closeGraceMs, work: leave },
      { name: 'commands', limitMs: 2000, work: async () => commands?.close() },
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
}

/** Waits for a database that is not up yet. A wrong password or database name fails at once. */
async function waitForDatabase(database: Database, log: Logger): Promise<void> {
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

async function applyMigrations(database: Database, config: Config, log: Logger): Promise<void> {
  if (config.migrateOnStart) await database.migrate()
  while ((await database.pendingMigrations()) > 0) {
    log.warn('waiting for `npm run db:migrate`: the database schema is older than this build')
    await delay(retryMs)
  }
  if ((await database.bypassesRowSecurity()) && database.kind === 'postgresql')
    log.warn(translateFinding('en', 'bypasses_row_security'))
}

function reason(error: unknown): string {
  const { message } = error as Error
  return message || (postgresError(error)?.code ?? 'no answer')
}
