import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import { WebSocket } from 'ws'
import { closeCodes } from '../../src/realtime/close-codes.ts'
import { bodyText, hostile } from '../http/arbitrary.ts'
import { waitUntil } from '../support/wait.ts'
import { startSocketCafe } from './cafe.ts'

/** What the protocol itself ends a broken connection with (RFC 6455 §7.4.1), and what a client sees of one that is cut. */
const protocolCodes = [1002, 1006, 1007, 1009]
const ours: number[] = Object.values(closeCodes).map(({ code }) => code)

const odd = hostile.map((value) => (typeof value === 'string' ? value : bodyText(value)))

const message: Arbitrary<string | Buffer> = fc.oneof(
  // what a client may say, each part of it perhaps replaced
  fc
    .record(
      {
        action: fc.oneof(fc.constantFrom<unknown>('ping', 'refresh', 'resume', 'noise'), hostile),
        token: hostile,
        since: fc.oneof(fc.nat(), fc.dictionary(fc.uuid(), fc.integer()), hostile),
        epoch: hostile,
        __proto__: hostile,
      },
      { requiredKeys: [] },
    )
    .map(bodyText),
  odd,
  odd.map((text) => text.slice(0, Math.ceil(text.length / 2))),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)

const query = fc.record(
  {
    since: fc.oneof(fc.nat().map(String), fc.constantFrom('x:1', ':', '-1', '1e9'), odd),
    branch_id: fc.oneof(fc.uuid(), odd),
    resume: fc.oneof(fc.constantFrom('1', 'true', '0'), odd),
    ticket: odd,
    token: odd,
  },
  { requiredKeys: [] },
)

const visit = fc.record({
  who: fc.constantFrom('waiter1' as const, 'owner' as const, 'nocompany' as const),
  group: fc.constantFrom('orders', 'tables', 'kitchen'),
  query: fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: query }),
  messages: fc.array(message, { maxLength: 12 }),
  /** Bytes behind the messages that are no frame. */
  garbage: fc.option(fc.uint8Array({ minLength: 1, maxLength: 64 })),
})

t.test('whatever a socket is opened with and says, it lives on or ends with a documented code', async (t) => {
  const cafe = await startSocketCafe(t, { env: { RATE_LIMIT: 'off' } })
  const tokens = { waiter1: '', owner: '', nocompany: '' }
  for (const who of ['waiter1', 'owner', 'nocompany'] as const) tokens[who] = await cafe.tokenOf(who)
  const ends = new Map<string, number>()

  const property = fc.asyncProperty(visit, async ({ who, group, query: given, messages, garbage }) => {
    const asked = new URLSearchParams(
      Object.entries({ token: tokens[who], ...given }).map(([name, value]): [string, string] => [
        name,
        value.replace(/\p{Surrogate}/gu, '\ufffd').slice(0, 1000),
      ]),
    )
    const socket = new WebSocket(`${cafe.socketUrl}/ws/cafe/${group}/?${asked.toString()}`)
    let end: number | undefined
    let pong = false
    socket.on('error', () => {})
    socket.on('close', (code) => (end = code))
    socket.on('message', (data: Buffer) => (pong ||= data.toString() === '{"type":"pong"}'))
    await new Promise((resolve) => {
      socket.once('open', resolve)
      socket.once('close', resolve)
    })
    for (const one of messages) socket.send(one, { binary: typeof one !== 'string' }, () => {})
    if (garbage)
      (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket?.write(garbage)
    else socket.send('{"action":"ping"}', () => {})
    try {
      // garbage may look like the beginning of a frame, whose end is waited for
      if (!garbage) await waitUntil(() => end !== undefined || pong, { what: 'a pong or the end' })
      const allowed = [...ours, ...protocolCodes]
      if (end !== undefined && !allowed.includes(end)) throw new Error(`closed with ${end}`)
      const how = end === undefined ? 'open' : String(end)
      ends.set(how, (ends.get(how) ?? 0) + 1)
    } finally {
      socket.terminate()
    }
  })
  const seed = randomInt(2 ** 31)
  t.comment(`seed ${seed}`)
  const result = await fc.check(property, { seed, numRuns: 250, interruptAfterTimeLimit: 30_000 })
  if (result.failed) t.fail(`${String(result.errorInstance)} ${fc.defaultReportMessage(result)}`)
  t.comment(JSON.stringify(Object.fromEntries(ends)))
  t.ok((ends.get('open') ?? 0) > 10, 'many live on')
  t.ok(ends.has('4003') && ends.has('4004'), 'and some are refused')

  const sane = await cafe.connect('waiter1', 'orders')
  await sane.next('connection_established')
  t.strictSame(await sane.pingPong(), { type: 'pong' })
  t.equal((await cafe.as('waiter1').post('/api/cafe/orders/', { guests: 2 })).status, 201)
  await sane.next('order_created')
})
