import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import postgres from 'postgres'
import t from 'tap'
import { shutDownInPhases } from '../../src/server/shutdown.ts'
import { visit } from '../guide/cafe.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { launchService, startService } from '../support/process.ts'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'

/** How a process ends: asked to, asked twice, asked too early, and by a fault. */

const settings = async (t: Teardown, more: Record<string, string> = {}): Promise<Record<string, string>> => ({
  ...(await freshDatabaseEnv(t, { content: 'demo' })),
  LOG_LEVEL: 'info',
  ...more,
})

t.jobs = 3
const apart = { buffered: true }

const orderly = { code: 0, signal: null }
const says = (child: { output(): string }, text: string) =>
  waitUntil(() => child.output().includes(text), { what: `it says: ${text}`, timeoutMs: 30_000 })

/** What waits at the door of a service that is not ready. */
const early = {
  'a request': 'GET /api/cafe/orders/ HTTP/1.1',
  'an order': 'POST /api/cafe/orders/ HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 12',
  'a socket':
    'GET /ws/orders/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
}

type Answer = Awaited<ReturnType<typeof connected>>

async function connected(t: Teardown, port: number) {
  const socket = createConnection({ host: '127.0.0.1', port })
  t.teardown(() => socket.destroy())
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  socket.on('error', () => {})
  await once(socket, 'connect')
  return {
    write: (text: string) => void socket.write(text),
    text: () => answer,
    /** Resolves with all that came when the connection is closed. */
    closed: new Promise<string>((resolve) => socket.once('close', () => resolve(answer))),
  }
}

/** A request that has begun: the service has read its head and waits for the rest. */
async function beginRequest(t: Teardown, port: number, head: readonly string[], body = '') {
  const { write, text, closed } = await connected(t, port)
  // Node says so when it has read the head, and so has begun the request
  const asked = [...head, 'Host: localhost', `Content-Length: ${body.length}`, 'Expect: 100-continue', '', '']
  write(asked.join('\r\n'))
  await waitUntil(() => text().startsWith('HTTP/1.1 100'), { what: 'the request has begun' })
  return {
    /** Sends the body, and resolves with all that came when the connection is closed. */
    finish() {
      write(body)
      return closed
    },
    closed,
  }
}

const orderRequest = (token: string) => [
  'POST /api/cafe/orders/ HTTP/1.1',
  `Authorization: Bearer ${token}`,
  'Content-Type: application/json',
]

t.test(
  'asked to end: takes nothing new, finishes what has begun, sends its sockets away, ends with 0',
  apart,
  async (t) => {
    const env = await settings(t, { HEAD_CHECK_INTERVAL: '1h', DRAIN_TIMEOUT: '60s' })
    const [leaving, staying] = await Promise.all([startService(t, env), startService(t, env)])
    const here = visit(leaving)
    const elsewhere = await visit(staying).listen(t, 'waiter1', 'orders')
    const sockets = await Promise.all([1, 2, 3].map(() => here.listen(t, 'waiter1', 'orders')))
    const order = await beginRequest(
      t,
      leaving.port,
      orderRequest(await here.token('waiter1')),
      '{"guests":2}',
    )
    const probe = createConnection({ host: '127.0.0.1', port: leaving.port })
    t.teardown(() => probe.destroy())
    let readiness = ''
    probe.setEncoding('utf8').on('data', (text: string) => (readiness += text))
    probe.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /readyz HTTP/1.1\r\nHost: localhost\r\n')
    await waitUntil(() => readiness.includes('"ok"'), { what: 'the probe has begun' })

    leaving.process.kill('SIGTERM')
    await waitUntil(
      () =>
        fetch(`${leaving.httpUrl}/healthz`).then(
          () => false,
          () => true,
        ),
      { what: 'no new connection is taken' },
    )
    probe.write('\r\n')
    await once(probe, 'close')
    t.match(readiness, /HTTP\/1\.1 503 .*"status":"draining"/s, 'not ready')
    for (const socket of sockets) t.strictSame(await socket.closed(), { code: 1012, reason: 'restarting' })
    t.ok(leaving.running, 'it waits for the order')
    const answer = await order.finish()
    t.match(answer, /HTTP\/1\.1 201 Created/)
    t.match(answer, /\r\nconnection: close\r\n/i, 'and its connection ends with it')
    t.equal((await elsewhere.next('order_created')).type, 'order_created', 'the last news is handed on')
    t.same(await leaving.exited, orderly, leaving.output())
  },
)

t.test('a request that never ends is cut off when its time is over', apart, async (t) => {
  const service = await startService(t, await settings(t, { DRAIN_TIMEOUT: '300ms' }))
  const head = orderRequest(await visit(service).token('waiter1'))
  const endless = await beginRequest(t, service.port, head, '{"guests":2}')
  service.process.kill('SIGTERM')
  t.notMatch(await endless.closed, '201')
  t.same(await service.exited, orderly, service.output())
})

t.test('asked a second time, it ends at once', apart, async (t) => {
  const service = await startService(t, await settings(t, { DRAIN_TIMEOUT: '10m' }))
  const head = orderRequest(await visit(service).token('waiter1'))
  await beginRequest(t, service.port, head, '{"guests":2}')
  service.process.kill('SIGTERM')
  await says(service, '"stopping"')
  await delay(400)
  t.ok(service.running, 'it waits for the request')
  service.process.kill('SIGTERM')
  t.same(await service.exited, { code: 1, signal: null })
  t.match(service.output(), 'second signal')
})

t.test(
  'asked before it is ready, it ends by itself, also as the first process of a container',
  apart,
  async (t) => {
    const [port, nobody] = [await freePort(), await freePort()]
    const env = await settings(t, {
      PORT: String(port),
      DATABASE_URL: `postgres://cafe@127.0.0.1:${nobody}/cafe`,
    })
    const service = launchService(t, env)
    await says(service, 'waiting for the database')
    t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200, 'alive')
    t.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 503, 'and not ready')
    const waiting = new Map<string, Answer>()
    for (const [name, head] of Object.entries(early)) {
      const request = await connected(t, port)
      request.write(`${head}\r\nHost: localhost\r\nAccept-Language: en\r\n\r\n`)
      waiting.set(name, request)
    }
    const probe = await connected(t, port)
    const ask = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n'
    probe.write(`${ask}\r\n${ask}`)
    await waitUntil(() => probe.text().includes('"connecting"'), { what: 'the others have come before it' })

    service.process.kill('SIGTERM')
    for (const [name, request] of waiting) {
      const [head = '', body = ''] = (await request.closed).split('\r\n\r\n')
      t.match(head, /^HTTP\/1\.1 503 Service Unavailable\r\n/, `${name}: turned away`)
      t.match(head, /^retry-after: 1$/im, `${name}: told to come again`)
      t.match(head, /^connection: close$/im, `${name}: elsewhere`)
      t.match(body, '"code":"unavailable"', name)
      t.match(body, 'please try again', `${name}: in its language`)
    }
    probe.write('\r\n')
    t.match(await probe.closed, /503 [^]*"connecting"[^]*503 [^]*connection: close[^]*"draining"/i)
    t.same(await service.exited, orderly, 'by its own decision, not by the signal')
  },
)

t.test('a database that does not let go: logged, and the end comes all the same', apart, async (t) => {
  const env = await settings(t, { DRAIN_TIMEOUT: '200ms', DB_LOCK_TIMEOUT: '1h', DB_STATEMENT_TIMEOUT: '1h' })
  const service = await startService(t, env)
  const cafe = visit(service)
  await cafe.token('waiter1')
  const sql = postgres(env.DATABASE_URL!, { max: 2, onnotice: () => {} })
  t.teardown(() => sql.end())
  await sql.begin(async (held) => {
    await held`lock table orders in access exclusive mode`
    const order = t.rejects(cafe.call('waiter1', 'POST', '/api/cafe/orders/', { guests: 2 }))
    await waitUntil(
      async () =>
        (await sql`select 1 from pg_locks where not granted and relation = 'orders'::regclass`).length > 0,
      { what: 'an order waits for the lock' },
    )
    service.process.kill('SIGTERM')
    t.same(await service.exited, { code: 1, signal: null })
    await order
  })
  t.match(service.output(), /"phase":"database"/)
})

const faults = {
  'an error that nobody caught': "process.on('SIGUSR2', () => { throw new Error('a fault of this test') })",
  'a rejection that nobody handled':
    "process.on('SIGUSR2', () => { Promise.reject(new Error('a fault of this test')) })",
}
t.test(
  'a fault that nobody caught ends the process: it says why, with a code that is not 0',
  apart,
  async (t) => {
    const DATABASE_URL = `postgres://cafe@127.0.0.1:${await freePort()}/cafe`
    const env = { ...(await settings(t)), DATABASE_URL }
    for (const [what, code] of Object.entries(faults)) {
      const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`
      const service = launchService(t, { ...env, PORT: '0', NODE_OPTIONS })
      await says(service, 'waiting for the database')
      service.process.kill('SIGUSR2')
      t.same(await service.exited, { code: 1, signal: null }, what)
      const last = JSON.parse(service.output().trim().split('\n').at(-1)!) as object
      t.match(last, { level: 60, err: { message: 'a fault of this test', stack: String } }, what)
    }
  },
)

t.test('what cannot be ended is left behind, and what comes after it is ended', apart, async (t) => {
  const done: string[] = []
  const phase = (name: string, work: () => Promise<unknown>) => ({ name, limitMs: 20, work })
  const ends = (name: string) => phase(name, async () => done.push(name))
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(line) })
  t.equal(await shutDownInPhases([ends('one'), ends('two')], log), true)
  t.same(lines, [])
  const stuck = phase('stuck', () => new Promise(() => {}))
  const failing = phase('failing', () => Promise.reject(new Error('not today')))
  t.equal(await shutDownInPhases([stuck, failing, ends('three')], log), false)
  t.same(done, ['one', 'two', 'three'])
  t.match(lines, [/"phase":"stuck"/, /not today.*"phase":"failing"/])
})
