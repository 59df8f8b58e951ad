import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { buildApp } from '../../src/app.ts'
import type { App, AppDeps } from '../../src/app.ts'
import { openBus } from '../../src/bus/open.ts'
import { openPicturePlace } from '../../src/cafe/pictures/storage/open.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open.ts'
import { openTracing } from '../../src/tracing/open.ts'
import { watchAnswers } from './answers.ts'
import { checkBooks } from './books.ts'
import { freshDatabaseEnv } from './database.ts'
import type { DatabaseKind } from './database.ts'
import type { Content } from './rig.ts'
import { checkLoggedEvents } from './logged-events.ts'
import { watchLog } from './secrets.ts'
import type { Teardown } from './teardown.ts'

/** The accounts of the demo café, by the part before the @; all have this password. */
const demoPassword = 'demo12345'
export type DemoUser =
  | 'owner'
  | 'admin'
  | 'waiter1'
  | 'cook1'
  | 'cashier1'
  | 'waiter2'
  | 'cook2'
  | 'owner2'
  | 'nocompany'

interface Reply<Body> {
  status: number
  headers: Record<string, unknown>
  body: Body
}

interface RequestOptions {
  headers?: Record<string, string>
}

/** Sends requests as somebody. `Body` is what the test takes the answer for. */
export interface Caller {
  get<Body = Record<string, unknown>>(path: string, options?: RequestOptions): Promise<Reply<Body>>
  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Reply<Body>>
  put<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Reply<Body>>
  patch<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Reply<Body>>
  delete<Body = Record<string, unknown>>(path: string, options?: RequestOptions): Promise<Reply<Body>>
}

export interface TestApp extends AppDeps {
  app: App
  /** An access token of a demo account, asked for once. */
  tokenOf(user: DemoUser): Promise<string>
  /** Requests with that account's token. */
  as(user: DemoUser): Caller
  /** Requests with this header alone, or with none. */
  withToken(token?: string): Caller
  /** Listens on a free port, for sockets and for what inject cannot do. */
  listen(): Promise<{ httpUrl: string; socketUrl: string; port: number }>
}

export interface AppOptions {
  kind?: DatabaseKind
  content?: Content
  /** Settings of `freshDatabaseEnv`, for several apps on one database. */
  on?: Record<string, string>
  /** Further settings. */
  env?: Record<string, string>
  clock?: Clock
  log?: Logger
  /**
   * For a test that writes rows by hand which no rule would have let through, or that closes the database; else it ends
   * with a look at the books and at the events.
   */
  books?: 'unchecked'
  /** Put around the database, for a test that counts what reaches it. */
  around?: (database: Database) => Database
}

/** The whole service in this process on a database of its own with the demo café; closed with the test. */
export async function startApp(t: Teardown, options: AppOptions = {}): Promise<TestApp> {
  const written = watchLog()
  const { kind, content = 'demo', env, clock = systemClock, log = written.log } = options
  // looked at last: what a teardown throws keeps those after it from closing what is open
  const answers = watchAnswers()
  t.teardown(() => {
    answers.check()
    written.check()
  })
  const settings = options.on ?? (await freshDatabaseEnv(t, { kind, content }))
  const config = readConfig({ ...settings, ...env })
  const opened = await openDatabase(config)
  t.teardown(() => opened.close())
  if (options.books !== 'unchecked') {
    t.teardown(() => checkBooks(opened))
    t.teardown(() => checkLoggedEvents(opened))
  }
  const database = options.around?.(opened) ?? opened
  const registry = new Registry()
  const bus = openBus({ config, log, registry })
  t.teardown(() => bus.close())
  const tracing = await openTracing(config, log)
  t.teardown(() => tracing?.close())
  const pictureFolder = await openPicturePlace(config)
  const deps: AppDeps = {
    config,
    database,
    bus,
    pictureFolder,
    clock,
    log,
    registry,
    tracing,
    lifecycle: { phase: 'ready' },
  }
  const app = await buildApp(deps, answers.watch)
  t.teardown(() => app.close())
  await app.ready()

  const tokens = new Map<DemoUser, Promise<string>>()
  const tokenOf = (user: DemoUser) => {
    const token = tokens.get(user) ?? logIn(app, user)
    tokens.set(user, token)
    return token
  }
  return {
    ...deps,
    app,
    tokenOf,
    as: (user) => caller(app, () => tokenOf(user)),
    withToken: (token) => caller(app, async () => token),
    async listen() {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      return { httpUrl: `http://127.0.0.1:${port}`, socketUrl: `ws://127.0.0.1:${port}`, port }
    },
  }
}

async function logIn(app: App, user: DemoUser): Promise<string> {
  const body = { email: `${user}@test.com`, password: demoPassword }
  const reply = await caller(app).post<{ access: string }>('/api/users/login/', body)
  if (reply.status !== 200) throw new Error(`login of ${user}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body.access
}

function caller(app: App, token: () => Promise<string | undefined> = async () => undefined): Caller {
  const send = async <Body>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    { body, headers = {} }: RequestOptions & { body?: unknown } = {},
  ): Promise<Reply<Body>> => {
    const bearer = await token()
    const reply = await app.inject({
      method,
      url,
      headers: { ...(bearer ? { authorization: `Bearer ${bearer}` } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as string | object }),
    })
    return { status: reply.statusCode, headers: reply.headers, body: parse(reply.body) as Body }
  }
  return {
    get: (path, options) => send('GET', path, options),
    post: (path, body, options) => send('POST', path, { ...options, body }),
    put: (path, body, options) => send('PUT', path, { ...options, body }),
    patch: (path, body, options) => send('PATCH', path, { ...options, body }),
    delete: (path, options) => send('DELETE', path, options),
  }
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
