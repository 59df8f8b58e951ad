import t from 'tap'
import type { EventType } from '../../src/events/catalogue.ts'
import { startSocketCafe } from './cafe.ts'

const orders = (count: number): EventType[] => Array<EventType>(count).fill('order_created')

t.test('a client with the own subprotocol is told when it has got all it missed', async (t) => {
  const cafe = await startSocketCafe(t, { env: { REPLAY_PAGE: '3' } })
  const [centre] = cafe.branches
  const own = { protocols: ['cafe.v1'] }
  const plain = await cafe.connect('waiter1', 'orders', '', own)
  const { seq } = await plain.next('connection_established')
  const head = seq! + 7
  await cafe.append(centre, orders(7))
  await plain.take(7)
  await plain.pingPong()
  t.equal(plain.messages.length, 9, 'one without a position is told none')

  const behind = await cafe.connect('waiter1', 'orders', `&since=${seq}`, own)
  t.equal((await behind.next('connection_established')).seq, seq)
  t.strictSame(
    (await behind.take(7)).map(({ replay }) => replay),
    Array(7).fill(true),
  )
  t.match(await behind.next(), { type: 'position', seq: head })

  const current = await cafe.connect('waiter1', 'orders', `&since=${head}`, own)
  t.match(await current.take(2), [
    { type: 'connection_established', seq: head },
    { type: 'position', seq: head },
  ])

  const wide = await cafe.connect('owner', 'orders', '&resume=1', own)
  wide.send({ action: 'resume', since: { [centre]: head - 2 } })
  await wide.next('connection_established')
  const told = await wide.next((message) => message.type === 'position')
  t.match(told, { positions: { [centre]: head } })
  t.strictSame(
    wide.messages.filter(({ replay }) => replay).map((event) => event.seq),
    [head - 1, head],
    'after all of them',
  )
})
