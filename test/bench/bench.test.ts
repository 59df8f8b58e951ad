import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import t from 'tap'
import { compileGenerator, counter, startGenerator } from '../../bench/load/generator.ts'
import { attend, flatOut, noHeadCheck } from '../../bench/rig/flat-out.ts'
import { startOurs } from '../../bench/rig/servers.ts'
import type { Stage } from '../../bench/rig/stage.ts'
import { readConfig } from '../../src/config/config.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { rig } from '../support/rig.ts'
import { openSocket } from '../support/socket.ts'
import type { Teardown } from '../support/teardown.ts'

const folder = await mkdtemp(join(rig().folder, 'bench-'))
const generator = compileGenerator(folder)
const needsCompiler = generator === null && { skip: 'no C++ compiler here to make the load generator with' }

async function setStage(t: Teardown): Promise<Stage> {
  const env = await freshDatabaseEnv(t)
  return {
    folder,
    main: rig().main,
    before: null,
    generator: generator ?? '',
    postgres: { url: env.DATABASE_URL!, pid: process.pid, bin: '' },
    redis: { url: env.REDIS_URL!, pid: process.pid },
    env,
    config: readConfig(env),
    teardown: (undo) => t.teardown(undo),
  }
}

t.test('a flood through the service reaches every socket, whoever counts', async (t) => {
  const stage = await setStage(t)
  const server = await startOurs(stage, { ROLES: 'ws', ...noHeadCheck })
  for (const program of [generator ?? counter, counter]) {
    const contender = await attend({ ...stage, generator: program }, server, { branches: 3, perBranch: 2 })
    const first = await flatOut(contender, 30)
    const second = await flatOut(contender, 60)
    t.same([first.deliveries, second.deliveries], [60, 120], 'each event to both sockets of its branch')
    t.ok(second.cpuMicros > 0)
    await contender.leave()
  }
})

t.test('the load generator tells what is lost, doubled or out of order', needsCompiler || {}, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.teardown(() => server.close())
  await once(server, 'listening')
  const event = (n: number) =>
    JSON.stringify({ type: 'order_created', data: { n, t: 1, text: 'x'.repeat(700) } })
  server.on('connection', (socket) => {
    socket.send('{"type":"connection_established"}')
    socket.on('message', () => {})
  })
  const { port } = server.address() as AddressInfo
  const load = startGenerator(generator!, folder)
  t.teardown(() => load.stop())
  t.match(await load.connect({ port, protocol: 'greeted' }, ['/a', '/b']), { opened: 2, failed: 0 })
  const sendAll = (numbers: readonly number[]) => {
    for (const socket of server.clients) for (const n of numbers) socket.send(event(n))
  }
  await load.begin(3)
  sendAll([7, 8, 9])
  t.match(await load.wait(5000), { deliveries: 6, missing: 0, repeated: 0, disordered: 0, closed: 0 })
  await load.begin(4)
  sendAll([10, 12, 12, 11])
  t.match(await load.wait(5000), { deliveries: 8, missing: 2, repeated: 2, disordered: 2 })
  await load.begin(1)
  for (const socket of server.clients) socket.close(4201)
  t.match(await load.wait(500), { expected: 2, deliveries: 0, closed: 2, close_codes: [4201, 4201] })
})

t.test('publish.mjs does what its lines say, and what it publishes is in the log', async (t) => {
  const stage = await setStage(t)
  const server = await startOurs(stage, { ROLES: 'ws' })
  const publisher = await server.publisher(2)
  t.teardown(() => publisher.stop())
  t.match(await publisher.ask('1 2 0'), { branches: 1, events: 2, first: 1, last: 2 })
  const [path] = await server.paths(2, 1)
  const url = `ws://127.0.0.1:${server.port}${path}`
  // the data of the bench has numbers of its own
  const socket = await openSocket(t, url, { checkMessages: false })
  t.match(await socket.next(), { type: 'connection_established', seq: 2 })
  t.match(await publisher.ask('2 6 100'), { branches: 2, events: 6, rate: 100, first: 3, last: 5 })
  const live = await socket.take(3)
  t.same(
    live.map(({ seq, data }) => [seq, (data as { n: number }).n]),
    [
      [3, 3],
      [4, 4],
      [5, 5],
    ],
  )
  t.ok((live[2]!.data as { t: number }).t > (live[0]!.data as { t: number }).t, 'each with its own moment')
  t.match(await publisher.ask('append 1 2 0'), { events: 2, first: 6, last: 7 })
  t.match(await publisher.ask('release'), { messages: 2 })
  t.match(await socket.take(2), [{ seq: 6 }, { seq: 7 }])
  t.match(await publisher.ask('as much as you can'), { error: /^not a whole number/ })
  const again = await openSocket(t, `${url}&since=0`, { checkMessages: false })
  const greeting = await again.next()
  t.match(greeting, { type: 'connection_established' })
  t.match(
    (await again.take(7)).map(({ replay }) => replay),
    Array(7).fill(true),
    'all of it can be read again',
  )
})
