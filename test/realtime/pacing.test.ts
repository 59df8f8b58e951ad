import t from 'tap'
import type { EventType } from '../../src/events/catalogue.ts'
import { numbers, numbersOf, startSocketCafe } from './cafe.ts'

/** Long beside the way of a message through this machine: whoever is not paced has all before a paced one has two. */
const env = { SOCKET_FRAME_GAP: '200ms' }
const burst = (count: number): EventType[] => Array.from({ length: count }, () => 'order_updated')

t.test('bursts on sockets', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded', env })
  const [centre] = cafe.branches

  await t.test('a client of which nothing is known gets message by message, in order', async (t) => {
    const plain = await cafe.connect('waiter1', 'orders')
    const { seq } = await plain.next('connection_established')
    const knowing = await cafe.connect('waiter1', 'orders', `&since=${seq}`)
    await knowing.next('connection_established')
    await cafe.append(centre, burst(5))
    await knowing.take(5)
    t.ok(numbersOf(plain).length < 5, 'the others are still to come')
    await plain.take(5)
    t.strictSame(numbersOf(plain), numbers(seq! + 1, seq! + 5))
  })

  await t.test('a reply stands behind what came before it', async (t) => {
    const plain = await cafe.connect('waiter1', 'orders')
    const { seq } = await plain.next('connection_established')
    const knowing = await cafe.connect('waiter1', 'orders', '', { protocols: ['cafe.v1'] })
    await knowing.next('connection_established')
    await cafe.append(centre, burst(3))
    await knowing.take(3)
    await plain.pingPong()
    t.strictSame(numbersOf(plain), numbers(seq! + 1, seq! + 3))
  })

  for (const [what, query, protocols] of [
    ['since', (seq: number) => `&since=${seq}`, []],
    ['resume', () => '&resume=1', []],
    ['our subprotocol', () => '', ['cafe.v1']],
    ['our subprotocol beside a token', () => '', ['CAFE.v1', 'bearer']],
  ] as const) {
    await t.test(`a client that shows it knows the service, by ${what}, is not paced`, async (t) => {
      const plain = await cafe.connect('waiter1', 'orders')
      const { seq } = await plain.next('connection_established')
      const knowing = await cafe.connect('waiter1', 'orders', query(seq!), { protocols: [...protocols] })
      await knowing.next('connection_established')
      await cafe.append(centre, burst(8))
      await knowing.take(8)
      t.ok(numbersOf(plain).length < 8, 'a plain one still waits')
    })
  }

  await t.test('one that asks to resume gets what waits, and is paced no more', async (t) => {
    const plain = await cafe.connect('waiter1', 'orders')
    const hello = await plain.next('connection_established')
    const knowing = await cafe.connect('waiter1', 'orders', '', { protocols: ['cafe.v1'] })
    await knowing.next('connection_established')
    const other = await cafe.connect('waiter1', 'orders')
    await other.next('connection_established')
    await cafe.append(centre, burst(8))
    await knowing.take(8)
    plain.send({ action: 'resume', since: `${hello.epoch as string}:${hello.seq}` })
    await plain.next('position')
    t.strictSame(numbersOf(plain), numbers(hello.seq! + 1, hello.seq! + 8), 'all of it, before the answer')
    await plain.take(8)
    await cafe.append(centre, burst(8))
    await plain.take(8)
    t.ok(numbersOf(other).length < 16)
  })

  await t.test('a burst of more than fifty is joined', async (t) => {
    const plain = await cafe.connect('waiter1', 'orders')
    const { seq } = await plain.next('connection_established')
    const other = await cafe.connect('waiter1', 'tables')
    await other.next('connection_established')
    await cafe.append(centre, [...burst(60), ...Array.from({ length: 8 }, () => 'table_updated' as const)])
    await plain.take(60)
    t.strictSame(numbersOf(plain), numbers(seq! + 1, seq! + 60))
    t.ok(numbersOf(other).length < 8)
  })

  await t.test('a socket that is closed gets what waits before its close', async (t) => {
    const plain = await cafe.connect('waiter1', 'orders')
    const { seq } = await plain.next('connection_established')
    const knowing = await cafe.connect('waiter1', 'orders', '', { protocols: ['cafe.v1'] })
    await knowing.next('connection_established')
    await cafe.append(centre, burst(20))
    await knowing.take(20)
    t.ok(numbersOf(plain).length < 20)
    void cafe.app.subscribers.drain(0)
    t.match(await plain.closed(), { code: 1012 })
    t.strictSame(numbersOf(plain), numbers(seq! + 1, seq! + 20))
  })
})

t.test('a company-wide socket is paced too, and 0 paces nobody', async (t) => {
  for (const gap of ['200ms', '0']) {
    const cafe = await startSocketCafe(t, { kind: 'embedded', env: { SOCKET_FRAME_GAP: gap } })
    const [centre, south] = cafe.branches
    const plain = await cafe.connect('owner', 'orders')
    await plain.next('connection_established')
    const knowing = await cafe.connect('owner', 'orders', '', { protocols: ['cafe.v1'] })
    await knowing.next('connection_established')
    await Promise.all([cafe.append(centre, burst(10)), cafe.append(south, burst(10))])
    await knowing.take(20)
    if (gap !== '0') t.ok(numbersOf(plain).length < 20)
    const events = await plain.take(20)
    for (const branch of [centre, south])
      t.strictSame(
        events.flatMap(({ data, seq }) =>
          (data as { branch_id: string }).branch_id === branch ? [seq] : [],
        ),
        knowing.messages.flatMap(({ data, seq }) =>
          (data as { branch_id: string } | undefined)?.branch_id === branch ? [seq] : [],
        ),
      )
  }
})
