import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { waitUntil } from '../support/wait.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { madeUp } from '../support/messages.ts'
import { startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

/** Two versions side by side, as during a deployment: what each makes of the messages of the other. */

/** So slow that only messages can have brought what a test sees. */
const noHeadCheck = { HEAD_CHECK_INTERVAL: '1h', HEAD_CHECK_INTERVAL_DOWN: '1h' }

/** A replica with sockets, and another one whose messages on the bus are those of a test. */
async function twoVersions(t: Parameters<typeof startSocketCafe>[0]) {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [ours, other] = await Promise.all([
    startSocketCafe(t, { on, env: noHeadCheck }),
    startSocketCafe(t, { on, env: { ...noHeadCheck, ROLES: 'api' } }),
  ])
  await waitUntil(() => ours.bus.up && other.bus.up, { what: 'links are up' })
  const [branch] = ours.branches
  const socket = await ours.connect('waiter1', 'orders')
  const seq = (await socket.next('connection_established')).seq!
  const publish = (message: Buffer) =>
    other.bus.publish({ companyId: ours.company, streamId: branch }, message)
  return { ours, other, branch, socket, seq, publish }
}

/** How often a metric with this beginning was counted. */
async function counted(cafe: SocketCafe, beginning: string): Promise<number> {
  const lines = (await cafe.registry.metrics()).split('\n')
  const line = lines.find((one) => one.startsWith(`${beginning} `)) ?? ''
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}

const undecodable = 'cafe_bus_undecodable_total'

/** An envelope of the form with which the service began, written out by hand: it must be understood for good. */
function firstForm(first: number, groups: number, messages: readonly object[]): Buffer {
  const texts = messages.map((message) => Buffer.from(JSON.stringify(message)))
  const head = Buffer.alloc(11 + 5 * texts.length)
  head.writeUInt8(1, 0)
  head.writeUIntBE(first, 1, 6)
  head.writeUInt32BE(texts.length, 7)
  for (const [i, text] of texts.entries()) {
    head.writeUInt8(groups, 11 + 5 * i)
    head.writeUInt32BE(text.length, 12 + 5 * i)
  }
  return Buffer.concat([head, ...texts])
}

t.test('messages of the version before are delivered as they are', async (t) => {
  const { ours, other, branch, socket, seq, publish } = await twoVersions(t)
  await other.append(branch, ['order_created', 'order_updated'], { announce: false })
  const message = (n: number) => ({
    type: 'order_updated',
    seq: seq + n,
    id: uuidv7(),
    at: new Date().toISOString(),
    data: { carried: n, ...madeUp },
  })
  const sent = [message(1), message(2)]
  publish(firstForm(seq + 1, 7, sent))
  t.strictSame(await socket.take(2), sent, 'what was carried, not what the log has')
  t.equal(await counted(ours, undecodable), 0)
})

t.test('a message of a version to come says that there is news, and the log has it', async (t) => {
  const { ours, other, branch, socket, seq, publish } = await twoVersions(t)
  const forms = [
    Buffer.concat([Buffer.from([250]), firstForm(seq + 1, 7, [{}]).subarray(1)]),
    Buffer.from([251]),
    Buffer.from('{"version":252}'),
  ]
  for (const [i, form] of forms.entries()) {
    await other.append(branch, ['order_created'], { announce: false })
    publish(form)
    t.match(await socket.next(), { type: 'order_created', seq: seq + i + 1 })
    t.equal(await counted(ours, undecodable), i + 1, 'counted: docs/operations.md has an alert for it')
  }
  await other.append(branch, ['order_updated'])
  t.match(await socket.next(), { type: 'order_updated', seq: seq + 4 }, 'and those it knows go on')
})

t.test('a message of a version to come that holds no news changes nothing', async (t) => {
  const { ours, other, branch, socket, seq, publish } = await twoVersions(t)
  publish(Buffer.from([250]))
  await waitUntil(async () => (await counted(ours, undecodable)) === 1, { what: 'it has come' })
  await other.append(branch, ['order_created'])
  t.match(await socket.next(), { type: 'order_created', seq: seq + 1 })
})
