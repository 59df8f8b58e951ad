import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import type { EventType } from '../../src/events/catalogue.ts'
import { groups, catalogue } from '../../src/events/catalogue.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { waitUntil } from '../support/wait.ts'
import { groupNames, openFleet } from './fleet.ts'
import type { View } from './screen.ts'

const sockets = 600
const places = 20
const missedPerPlace = 3
/** Whoever they are and wherever they stopped: look-ups, first kept events, pages, heads, each a few times. */
const mostTransactions = 20

t.test(`${sockets} sockets that come back at once cost few queries and miss nothing`, async (t) => {
  const gate = createGate()
  // nobody is turned away or forgotten however long a busy machine takes to connect them all
  const env = {
    RATE_LIMIT: 'off',
    HEAD_CHECK_INTERVAL: '1h',
    RESUME_WAIT: '10m',
    UNSUBSCRIBE_DELAY: '10m',
    DB_STATEMENT_TIMEOUT: '10m',
    PING_INTERVAL: '10m',
  }
  const cafe = await startSocketCafe(t, { env, around: gate.around })
  t.teardown(gate.open)
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
  const appended: EventType[] = []
  const append = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const type = types[appended.length % types.length]!
      appended.push(type)
      await cafe.append(branch, [type])
    }
  }
  const expected = ({ view }: (typeof screens)[number]) =>
    appended.filter((type) => catalogue[type] & groups[view.group]).length
  const complete = () =>
    waitUntil(
      () => screens.every((screen) => (screen.received.get(branch)?.length ?? 0) === expected(screen)),
      { what: 'every screen has every event', timeoutMs: 60_000 },
    )
  await append(20)
  await complete()

  // the database answers once all are there, so that the machine's speed says nothing about who is joined with whom
  gate.shut()
  for (let place = 0; place < places || anyGreeted(); place++) {
    // one that is back before its place missed anything is greeted without a query: it is cut again with a later place
    for (const [i, screen] of screens.entries())
      if (screen.greeted && (place >= places || i % places === place)) screen.cut()
    await append(missedPerPlace)
    if (place < places - 1) continue
    await waitUntil(() => cafe.app.subscribers.size === sockets || anyGreeted(), {
      what: 'all are cut, back and waiting',
      timeoutMs: 240_000,
    })
  }
  gate.open()
  await fleet.greeted()
  await complete()
  const { transactions } = gate
  t.ok(transactions <= mostTransactions, `${transactions} transactions for ${sockets} sockets`)
  await append(5)
  await complete()
  t.strictSame(fleet.counts.resyncs.size, 0, 'nobody had to fetch everything anew')
  t.strictSame([...fleet.counts.codes.keys()], [1006], 'nobody was turned away')
  t.strictSame(
    screens.flatMap((screen) => screen.faults),
    [],
  )

  function anyGreeted(): boolean {
    return screens.some((screen) => screen.greeted)
  }
})

/** Counts what sockets ask the database, and holds it back while shut. */
function createGate() {
  let opened = Promise.resolve()
  let open = () => {}
  const gate = {
    /** Since it was last shut. */
    transactions: 0,
    shut() {
      gate.transactions = 0
      opened = new Promise((resolve) => (open = resolve))
    },
    open: () => open(),
    around: (database: Database): Database => ({
      ...database,
      async withRole(role, work) {
        gate.transactions++
        await opened
        return database.withRole(role, work)
      },
    }),
  }
  return gate
}
