import { Screen } from '../chaos/screen.ts'
import { waitUntil } from '../support/wait.ts'
import { believe, hear, wrongBeliefs } from './belief.ts'
import type { Belief, News } from './belief.ts'
import type { Client } from './client.ts'
import type { Device } from './device.ts'
import type { Branch } from './house.ts'
import type { Books, Verdict } from './invariants.ts'
import type { Ledger } from './ledger.ts'
import type { Group, OrderRead, Snapshot, TableRead, TaskRead } from './wire.ts'

/** How long a device may take to come to the last event of the day. */
const patienceMs = 20_000

interface AuditOptions {
  client: Client
  owner: string
  branch: Branch
  /** Gets the last order of the day. */
  ledger: Ledger
  /** The snapshot of the branch before anybody began to work. */
  opening: Snapshot
  devices: readonly Device[]
  /** Company-wide screens, which follow every branch. */
  companyWide: readonly Screen[]
  socketUrls: readonly string[]
}

/** All that the API says about a branch once nobody works there, and what of the devices does not fit to it. */
export async function audit(options: AuditOptions): Promise<{ books: Books; verdicts: Verdict[] }> {
  const { client, owner: token, branch, devices } = options
  const lastOrder = { table: branch.lastTable, guests: 1, note: 'the last order' }
  const ask = { token, action: 'take the last order', body: lastOrder }
  const order = await client.must<OrderRead>('POST', '/api/cafe/orders/', ask)
  const { id: bell, business_day: day, number } = order
  options.ledger.orders.set(bell, { branch: branch.id, day, number })
  const heard = {
    check: 'every device got every event, once and in order',
    looked: 0,
    differences: [],
  } as Verdict
  const believed = { check: 'devices show what is true', looked: 0, differences: [] } as Verdict

  const replays = await Promise.all(
    (['orders', 'tables', 'kitchen'] as const).map((group) => replay(options, group, bell)),
  )
  for (const each of replays) {
    const screens = devices.filter(({ group }) => group === each.group).flatMap((device) => device.screens)
    const wide = options.companyWide.filter((screen) => screen.view.group === each.group)
    await caughtUp([...lastOnes(devices, each.group), ...wide], branch.id, each.last).catch(() => {})
    heard.looked += each.events.length
    heard.differences.push(...each.faults)
    for (const screen of [...screens, ...wide])
      heard.differences.push(...heardWrong(screen, branch.id, each, ended(devices, screen)))
  }

  const truth = believe(await readSnapshot(client, token, branch.id))
  for (const device of [...devices, ...replays]) {
    believed.looked++
    for (const wrong of wrongBeliefs(device.group, device.belief, truth))
      believed.differences.push(`${device.name}: ${wrong}`)
  }
  const books = await readBooks(client, token, branch.id)
  return { books, verdicts: [heard, believed] }
}

export const readSnapshot = (client: Client, token: string, branch: string): Promise<Snapshot> =>
  client.must('GET', `/api/cafe/snapshot/?branch=${branch}`, { token, action: 'snapshot' })

/** What the log tells of a day to a group: every event from the opening to the last order. */
interface Replay {
  readonly name: string
  readonly group: Group
  /** Opening snapshot and log together. */
  readonly belief: Belief
  readonly events: { readonly seq: number; readonly id: string }[]
  readonly faults: string[]
  readonly last: number
}

/** A socket that was away all day and comes back with the position of the opening. */
async function replay(
  { opening, branch, owner, socketUrls }: AuditOptions,
  group: Group,
  bell: string,
): Promise<Replay> {
  const belief = believe(opening)
  const events: { seq: number; id: string }[] = []
  let over = false
  const view = { group, token: owner, branch: branch.id, companyWide: false }
  const screen = new Screen(`replay of ${branch.name}`, view, 0, () => socketUrls, {
    event(_delayMs, message) {
      const news = message as News & { id: string }
      hear(belief, news)
      events.push({ seq: news.seq, id: news.id })
      const { order, table } = news.data
      const isBell = group === 'kitchen' ? order?.id === bell : isLastTable(table)
      over ||= isBell
    },
    closed() {},
    resync: (reason) => faults.push(`the log of the day is gone: ${reason}`),
  })
  const faults = screen.faults
  const isLastTable = (table: News['data']['table']) => (table as TableRead | null)?.id === branch.lastTable
  screen.startFrom({ epoch: opening.epoch, stream: branch.id, seq: opening.seq })
  screen.connect()
  const what = 'the log has been told up to the last order'
  await waitUntil(() => over, { what, timeoutMs: patienceMs }).catch((error: Error) =>
    faults.push(error.message),
  )
  screen.end()
  return { name: `${group}: ${screen.name}`, group, belief, events, faults, last: events.at(-1)?.seq ?? 0 }
}

const lastOnes = (devices: readonly Device[], group: Group): Screen[] =>
  devices.filter((device) => device.group === group).map((device) => device.screens.at(-1)!)

/** Whether it was switched off in the middle of the day, so that it need not have heard the end. */
const ended = (devices: readonly Device[], screen: Screen): boolean =>
  devices.some(({ screens }) => screens.includes(screen) && screens.at(-1) !== screen)

const caughtUp = (screens: readonly Screen[], stream: string, last: number): Promise<true> =>
  waitUntil(() => screens.every((screen) => (screen.position.get(stream) ?? 0) >= last), {
    what: 'every device has come to the last event',
    timeoutMs: patienceMs,
  })

/** What a screen got and should have got, by the numbers; nothing when these are the same. */
function* heardWrong(screen: Screen, stream: string, { events }: Replay, ended: boolean): Generator<string> {
  for (const fault of screen.faults) yield `${screen.name}: ${fault}`
  const after = screen.after.get(stream) ?? 0
  const got = screen.received.get(stream) ?? []
  const due = events.filter(({ seq }) => seq > after)
  const expected = ended ? due.slice(0, got.length) : due
  const had = new Set(got)
  const missing = expected.filter(({ id }) => !had.has(id)).map(({ seq }) => seq)
  if (missing.length > 0)
    yield `${screen.name}: ${missing.length} events missing: ${missing.slice(0, 10).join(' ')}`
  else if (expected.length !== got.length || expected.some(({ id }, i) => id !== got[i]))
    yield `${screen.name}: ${got.length} events, not the ${expected.length} of the log in their order`
}

async function readBooks(client: Client, token: string, branch: string): Promise<Books> {
  const all = async <Row>(path: string): Promise<Row[]> => {
    const rows: Row[] = []
    for (let page = 1; ; page++) {
      const query = `${path}branch=${branch}&ordering=created_at&page_size=500&page=${page}`
      const ask = { token, action: 'read the books' }
      const list = await client.must<{ results: Row[]; next: string | null }>('GET', query, ask)
      rows.push(...list.results)
      if (!list.next) return rows
    }
  }
  const statuses = 'pending,in_progress,ready,cancelled'
  const [orders, tables, tasks] = await Promise.all([
    all<OrderRead>('/api/cafe/orders/?'),
    all<TableRead>('/api/cafe/tables/?'),
    all<TaskRead>(`/api/cafe/kitchen/tasks/?status=${statuses}&`),
  ])
  return { branch, orders, tables, tasks }
}
