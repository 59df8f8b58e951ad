import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import type { EventType } from '../../src/events/catalogue.ts'
import { groups, catalogue } from '../../src/events/catalogue.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { waitUntil } from '../support/wait.ts'
import { groupNames, openFleet } from './fleet.ts'
import type { View } from './screen.ts'

const sockets = 600
const missed = 60

t.test(`${sockets} sockets that come back at once cost few queries and miss nothing`, async (t) => {
  let transactions = 0
  const counted = (database: Database): Database => ({
    ...database,
    inCompany: (companyId, work) => {
      transactions++
      return database.inCompany(companyId, work)
    },
    acrossCompanies: (work) => {
      transactions++
      return database.acrossCompanies(work)
    },
  })
  const env = { RATE_LIMIT: 'off', HEAD_CHECK_INTERVAL: '1h' }
  const cafe = await startSocketCafe(t, { env, around: counted })
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const users = ['owner', 'admin', 'waiter1', 'cook1', 'cashier1'] as const
  const tokens = await Promise.all(users.map(cafe.tokenOf))
  const [branch] = cafe.branches
  const views = Array.from({ length: sockets }, (_, i): View => {
    const companyWide = i % 10 === 0
    const token = tokens[i % (companyWide ? 2 : tokens.length)]!
    return { token, companyWide, branch: companyWide ? null : branch, group: groupNames[i % 3]! }
  })
  const fleet = openFleet(t, [cafe.socketUrl])
  const screens = await fleet.add(views)
  const types = Object.keys(catalogue) as EventType[]

  // each has come to another place when it is cut
  const appended: EventType[] = []
  const append = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const type = types[appended.length % types.length]!
      appended.push(type)
      await cafe.append(branch, [type])
    }
  }
  await append(20)
  for (const screen of screens) screen.cut()
  const before = transactions
  const began = performance.now()
  await append(missed)
  await fleet.greeted()
  await append(5)
  const expected = (view: View) => appended.filter((type) => catalogue[type] & groups[view.group]).length
  await waitUntil(
    () => screens.every((screen) => (screen.received.get(branch)?.length ?? 0) === expected(screen.view)),
    { what: 'every screen has every event', timeoutMs: 30_000 },
  )
  const took = Math.round(performance.now() - began)
  const own = transactions - before - missed - 5
  t.ok(own <= sockets / 2, `${own} transactions for ${sockets} sockets within ${took} ms`)
  t.comment(`${own} transactions, ${took} ms`)
  t.strictSame(fleet.counts.resyncs.size, 0, 'nobody had to fetch everything anew')
  t.strictSame([...fleet.counts.codes.keys()], [1006], 'nobody was turned away')
  t.strictSame(
    screens.flatMap((screen) => screen.faults),
    [],
  )
})
