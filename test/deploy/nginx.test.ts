import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { freePort } from '../support/free-port.ts'
import { findNginx } from '../support/services/binaries.ts'
import { waitUntil } from '../support/wait.ts'
import { repository } from '../support/repository.ts'

/** nginx.conf as it is, with the real nginx, in front of plain servers that tell what reaches them. */

t.test('requests are spread over the replicas and carry the true address, host and request id', async (t) => {
  const { url, replicas } = await rig(t)
  const seen = new Set<string>()
  for (let i = 0; i < 6; i++) {
    const reply = await fetch(`${url}/api/echo/?page=2`, {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-request-id': 'bad id!' },
    })
    const { replica, path, headers } = (await reply.json()) as Echo
    seen.add(replica)
    t.equal(path, '/api/echo/?page=2')
    t.equal(headers['x-forwarded-for'], '127.0.0.1', 'a forged address does not count')
    t.equal(headers['x-forwarded-proto'], 'http')
    t.equal(headers['x-forwarded-host'], new URL(url).host)
    t.equal(headers.host, new URL(url).host)
    t.match(headers['x-request-id'], /^[0-9a-f]{32}$/, 'an odd request id is replaced')
  }
  t.same([...seen].sort(), replicas.map((replica) => replica.name).sort())
  const kept = await fetch(`${url}/api/echo/`, { headers: { 'x-request-id': 'order-4711.a' } })
  t.equal(((await kept.json()) as Echo).headers['x-request-id'], 'order-4711.a')
})

t.test('sockets upgrade on every replica, with their token, and stay open both ways', async (t) => {
  const { url } = await rig(t)
  const greeted = new Set<string>()
  const sockets = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/cafe/orders/?token=s3cret`, ['cafe'])
      const hello = (await nextMessage(socket)) as { replica: string; path: string }
      greeted.add(hello.replica)
      t.equal(hello.path, '/ws/cafe/orders/?token=s3cret')
      t.equal(socket.protocol, 'cafe')
      return socket
    }),
  )
  t.equal(greeted.size, 2, 'least_conn spreads sockets that stay')
  for (const socket of sockets) {
    const answer = nextMessage(socket)
    socket.send('{"action":"ping"}')
    t.same(await answer, { type: 'pong' })
    socket.close()
  }
  const plain = await fetch(`${url}/ws/cafe/orders/`)
  t.equal(
    plain.headers.get('x-upgrade'),
    'none',
    'a plain request stays one, so that the service can answer 426',
  )
})

t.test('no token reaches a log, whatever goes wrong', async (t) => {
  const { url, replicas, logs } = await rig(t)
  await fetch(`${url}/api/echo/?token=s3cret-1`, { headers: { authorization: 'Bearer s3cret-2' } })
  await closed(new WebSocket(`${url.replace('http', 'ws')}/ws/hangup/?token=s3cret-3`))
  await Promise.all(replicas.map((replica) => replica.stop()))
  await closed(new WebSocket(`${url.replace('http', 'ws')}/ws/cafe/orders/?token=s3cret-4`))
  const lines = await waitUntil(
    async () => {
      const written = await logs()
      t.notMatch(written, 's3cret')
      const accesses = written
        .split('\n')
        .filter((line) => line.startsWith('{') && !line.includes('"/metrics"'))
      return accesses.length === 3 && accesses
    },
    { what: 'three lines in the access log' },
  )
  const paths = lines.map((line) => (JSON.parse(line) as { path: string }).path)
  t.same(paths, ['/api/echo/', '/ws/hangup/', '/ws/cafe/orders/'])
})

t.test('a dead replica is passed over; what was sent to it and is not safe to repeat is not', async (t) => {
  const { url, replicas } = await rig(t)
  const [dead, alive] = replicas
  await dead!.stop()
  for (let i = 0; i < 6; i++) {
    const reply = await fetch(`${url}/api/echo/`, { method: 'POST', body: '{}' })
    t.equal(reply.status, 200, 'a request that never left is sent to the next one')
    t.equal(((await reply.json()) as Echo).replica, alive!.name)
  }
})

t.test('an order whose replica dies midway is not sent again', async (t) => {
  const { url, replicas } = await rig(t)
  const reply = await fetch(`${url}/api/hangup/`, { method: 'POST', body: '{}' })
  t.equal(reply.status, 503)
  t.equal(reply.headers.get('retry-after'), '1')
  t.same(await reply.json(), {
    detail: 'Сервис временно недоступен, повторите запрос чуть позже.',
    code: 'unavailable',
  })
  t.equal(replicas.flatMap((replica) => replica.hangups).length, 1)
  const read = await fetch(`${url}/api/hangup/`, { headers: { 'accept-language': 'en' } })
  t.equal(((await read.json()) as { detail: string }).detail.split(' ')[0], 'The')
  t.equal(replicas.flatMap((replica) => replica.hangups).length, 3, 'a read is tried on both')
})

t.test('pictures of 5 MB pass, larger bodies are refused in the shape of the API', async (t) => {
  const { url } = await rig(t)
  const picture = await fetch(`${url}/api/echo/`, {
    method: 'PATCH',
    body: Buffer.alloc(5 * 1024 * 1024 + 4096),
  })
  t.equal(picture.status, 200)
  const larger = await fetch(`${url}/api/echo/`, { method: 'PATCH', body: Buffer.alloc(6 * 1024 * 1024 + 1) })
  t.equal(larger.status, 413)
  t.equal(((await larger.json()) as { code: string }).code, 'payload_too_large')
})

t.test('a reload adds a replica: no request fails, and open sockets stay', async (t) => {
  const { url, reloadWith } = await rig(t)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/cafe/orders/?token=s3cret`)
  await nextMessage(socket)
  await reloadWith('three')
  const failed: number[] = []
  await waitUntil(
    async () => {
      const reply = await fetch(`${url}/api/echo/`, { method: 'POST', body: '{}' })
      if (reply.status !== 200) failed.push(reply.status)
      return ((await reply.json()) as Echo).replica === 'three'
    },
    { what: 'the new replica gets requests', timeoutMs: 30_000 },
  )
  t.same(failed, [])
  const answer = nextMessage(socket)
  socket.send('{"action":"ping"}')
  t.same(await answer, { type: 'pong' }, 'the old worker keeps the socket')
  socket.close()
})

t.test('metrics stay inside', async (t) => {
  const { url } = await rig(t)
  const reply = await fetch(`${url}/metrics`)
  t.equal(reply.status, 404)
  t.equal(((await reply.json()) as { code: string }).code, 'not_found')
})

t.test('an address beyond every measure is refused in the shape of the API', async (t) => {
  const { url } = await rig(t, (conf) =>
    conf.replace('rate=500r/s', 'rate=1r/m').replace('burst=1000', 'burst=3'),
  )
  const replies = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/api/echo/?token=s3cret`)))
  const refused = replies.filter(({ status }) => status === 429)
  t.ok(refused.length >= 4)
  t.equal(refused[0]!.headers.get('retry-after'), '1')
  t.equal(((await refused[0]!.json()) as { code: string }).code, 'too_many_requests')
})

interface Echo {
  replica: string
  path: string
  headers: Record<string, string>
}

async function rig(t: Test, change: (conf: string) => string = (conf) => conf) {
  const replicas = [await startReplica('one'), await startReplica('two')]
  const folder = await mkdtemp(join(tmpdir(), 'cafe-nginx-'))
  await chmod(folder, 0o755) // started by root, the workers are nobody and keep bodies here
  const port = await freePort()
  const writeUpstream = () => {
    const servers = replicas.map(({ port }) => `server 127.0.0.1:${port} max_fails=3 fail_timeout=5s;`)
    const upstream = `upstream cafe { zone cafe 256k; least_conn; ${servers.join(' ')} keepalive 64; }`
    return writeFile(join(folder, 'upstream.conf'), upstream)
  }
  await writeUpstream()
  const conf = (await readFile(`${repository}nginx.conf`, 'utf8'))
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/dev/stdout', `${folder}/access.log`)
    .replaceAll('listen 8000', `listen 127.0.0.1:${port}`)
  await writeFile(join(folder, 'nginx.conf'), change(conf))
  const nginx = spawn(findNginx() ?? 'nginx', [
    '-p',
    folder,
    '-c',
    join(folder, 'nginx.conf'),
    '-g',
    'daemon off;',
  ])
  let complaints = ''
  nginx.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  const exited = new Promise((resolve) => nginx.once('exit', resolve))
  t.teardown(async () => {
    nginx.kill('SIGTERM')
    await Promise.all([exited, ...replicas.map((replica) => replica.stop())])
    await rm(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => {
      if (nginx.exitCode !== null) throw new Error(`nginx did not start: ${complaints}`)
      return await fetch(`${url}/metrics`).catch(() => null)
    },
    { what: 'nginx answers' },
  )
  return {
    url,
    replicas,
    /** Adds a replica to the configuration and has it read again, while all goes on. */
    async reloadWith(name: string) {
      replicas.push(await startReplica(name))
      await writeUpstream()
      nginx.kill('SIGHUP')
    },
    logs: async () => complaints + (await readFile(join(folder, 'access.log'), 'utf8')),
  }
}

async function startReplica(name: string) {
  const hangups: string[] = []
  const server: Server = createServer((request, reply) => {
    if (request.url?.includes('hangup')) {
      hangups.push(request.method ?? '')
      return request.socket.destroy()
    }
    request.resume().on('end', () => {
      reply.setHeader('x-upgrade', request.headers.upgrade ?? 'none')
      reply.end(JSON.stringify({ replica: name, path: request.url, headers: request.headers }))
    })
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request: IncomingMessage, connection, head) => {
    if (request.url?.includes('hangup')) return connection.destroy()
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.send(JSON.stringify({ replica: name, path: request.url }))
      socket.on('message', () => socket.send('{"type":"pong"}'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets.clients) socket.terminate()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { name, port: (server.address() as AddressInfo).port, hangups, stop }
}

const nextMessage = (socket: WebSocket): Promise<unknown> =>
  new Promise((resolve, reject) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString())))
    socket.once('error', reject)
  })

const closed = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })
