import { openSocket } from '../support/socket.ts'
import { profileOf } from './cafe.ts'
import type { Cafe, Group, Walk } from './cafe.ts'
import { faultsOf, filledText, integer } from './forms.ts'

const groups = ['orders', 'tables', 'kitchen'] satisfies Group[]
/** Offered beside a token as `Sec-WebSocket-Protocol`; the name the service answers with. */
const subprotocol = 'cafe.v1'

/** Guide §2, §4, §5 and step 2: connecting, the hello, ping and pong. */
export async function connecting(t: Walk, cafe: Cafe): Promise<void> {
  const { socketUrl } = cafe.target
  const token = await cafe.token('waiter1')
  const waiter = await profileOf(cafe, 'waiter1')
  const company = waiter.company!
  const centre = waiter.primary_branch_id!
  const south = (await profileOf(cafe, 'waiter2')).primary_branch_id!
  const hello = (group: Group, companyId: string, branchId: string | null) => ({
    type: 'connection_established',
    company_id: companyId,
    branch_id: branchId,
    group: `cafe_${group}_${companyId}${branchId ? `_${branchId}` : ''}`,
  })
  const guidePart = ({ type, company_id, branch_id, group }: Record<string, unknown>) => ({
    type,
    company_id,
    branch_id,
    group,
  })

  for (const group of groups) {
    await t.test(`${group}: the hello names company, branch and group`, async (t) => {
      for (const path of [`/ws/cafe/${group}/`, `/ws/cafe/${group}`]) {
        const socket = await openSocket(t, `${socketUrl}${path}?token=${token}`)
        const first = await socket.next()
        t.same(guidePart(first), hello(group, company, centre))
        t.same(faultsOf(first, { seq: integer, epoch: filledText }), [], 'and the position')
      }
    })
  }

  const elsewhere = (await profileOf(cafe, 'owner2')).company!
  const choices: [string, 'owner' | 'admin' | 'waiter1', string, string | null][] = [
    ['an owner chooses a branch', 'owner', `&branch_id=${south}`, south],
    ['an admin chooses a branch', 'admin', `&branch_id=${centre}`, centre],
    ['a branch id in capitals is the same branch', 'owner', `&branch_id=${south.toUpperCase()}`, south],
    ['an owner without a choice hears the whole company', 'owner', '', null],
    ['an admin without a choice hears the whole company', 'admin', '', null],
    ['an unknown branch is ignored', 'owner', '&branch_id=123e4567-e89b-12d3-a456-426614174001', null],
    ['a malformed branch is ignored', 'owner', '&branch_id=not-a-uuid', null],
    ['an empty branch is ignored', 'owner', '&branch_id=', null],
    ['the id of another company is no branch', 'owner', `&branch_id=${elsewhere}`, null],
    ['staff stay in their branch whatever they ask for', 'waiter1', `&branch_id=${south}`, centre],
    ['staff stay in their branch with a malformed one', 'waiter1', '&branch_id=%00', centre],
  ]
  for (const [what, user, query, branch] of choices) {
    await t.test(what, async (t) => {
      for (const group of groups) {
        const socket = await cafe.listen(t, user, group, query)
        t.same(guidePart(socket.hello), hello(group, company, branch))
      }
    })
  }

  await t.test('a company without branches is one stream', async (t) => {
    const socket = await cafe.listen(t, 'owner2', 'orders')
    t.same(guidePart(socket.hello), hello('orders', elsewhere, null))
    t.same(faultsOf(socket.hello, { seq: integer }), [])
  })

  await t.test('the token may come in the Authorization header', async (t) => {
    const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/`, {
      headers: { authorization: `Bearer ${token}` },
    })
    t.same(guidePart(await socket.next()), hello('orders', company, centre))
  })

  await t.test('the token may come as a subprotocol and is never sent back', async (t) => {
    const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/`, { protocols: [subprotocol, token] })
    t.equal(socket.protocol, subprotocol)
    t.same(guidePart(await socket.next()), hello('orders', company, centre))
  })

  await t.test('ping is answered with exactly a pong', async (t) => {
    for (const group of groups) {
      const socket = await cafe.listen(t, 'waiter1', group)
      t.same(await socket.pingPong(), { type: 'pong' })
      socket.send('{\n  "action": "ping"\n}')
      t.same(await socket.next(), { type: 'pong' }, 'also as Postman formats it')
    }
  })

  await t.test('what is not understood is ignored', async (t) => {
    const socket = await cafe.listen(t, 'waiter1', 'orders')
    const nonsense = ['', 'hello', '{"action":', '[]', '[{"action":"ping"}]', '42', 'null', '"ping"', '{}']
    for (const message of [...nonsense, '{"action":"dance"}', '{"action":7}', '{"type":"ping"}']) {
      socket.send(message)
    }
    socket.send(Buffer.from([0, 1, 2, 255]))
    socket.send(Buffer.from('{"action":"ping"}'))
    await socket.pingPong()
    t.same(socket.messages.slice(1), [{ type: 'pong' }], 'one pong and nothing else')
  })
}
