import t from 'tap'
import { foundCompany, startCompany } from '../accounts/staff.ts'
import type { Staff } from '../accounts/staff.ts'
import { onBoth } from '../support/database.ts'

interface Made {
  id: string
  branch: string | null
}

/** Everything that belongs to a branch and can be created: a body that names no branch. */
const resources: [string, (index: number) => object][] = [
  ['zones', (index) => ({ title: `Зал ${index}` })],
  ['tables', (index) => ({ number: index })],
  ['orders', () => ({})],
]

let made = 0

/** In which branch each resource ends up that a company-wide actor creates without naming one. */
async function branchesTaken(cafe: Staff, by = cafe.owner, body: object = {}): Promise<(string | null)[]> {
  const taken: (string | null)[] = []
  for (const [name, bodyOf] of resources) {
    const reply = await by.post<Made>(`/api/cafe/${name}/`, { ...bodyOf(++made), ...body })
    if (reply.status !== 201) throw new Error(`${name}: ${JSON.stringify(reply)}`)
    taken.push(reply.body.branch)
  }
  return taken
}

t.test('a company-wide actor that names no branch creates in its usual one', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind, branches: ['Центр', 'Юг', 'Север'] })
    const [centre, south, north] = cafe.branches as [string, string, string]
    const all = (branch: string | null) => resources.map(() => branch)

    await t.test('without a primary branch in the oldest', async (t) => {
      t.strictSame(await branchesTaken(cafe), all(centre))
    })

    await t.test('else in the primary one', async (t) => {
      const admin = await cafe.hire('admin', [north, south])
      t.equal(admin.login.primary_branch_id, north)
      t.strictSame(await branchesTaken(cafe, admin), all(north))
      t.strictSame(
        await branchesTaken(cafe, admin, { branch: south }),
        all(south),
        'what is named comes first',
      )
    })

    await t.test('never in a closed one while another is open', async (t) => {
      const admin = await cafe.hire('admin', [north])
      const set = (id: string, isActive: boolean) =>
        cafe.owner.patch(`/api/users/branches/${id}/`, { is_active: isActive })
      await set(centre, false)
      await set(north, false)
      t.strictSame(await branchesTaken(cafe), all(south), 'the oldest that is open')
      t.strictSame(await branchesTaken(cafe, admin), all(south), 'the primary one is closed')
      await set(centre, true)
      await set(north, true)
      t.strictSame(await branchesTaken(cafe, admin), all(north))
    })

    await t.test('a table decides first, and a zone', async (t) => {
      const zone = await cafe.owner.post<Made>('/api/cafe/zones/', { title: 'Терраса', branch: south })
      const table = await cafe.owner.post<Made>('/api/cafe/tables/', { number: 77, zone: zone.body.id })
      t.match(table.body, { branch: south })
      const order = await cafe.owner.post<Made>('/api/cafe/orders/', { table: table.body.id })
      t.match(order.body, { branch: south })
      const booking = { guest: 'Бакыт', date: '2199-05-01', time: '18:30', table: table.body.id }
      t.match((await cafe.owner.post<Made>('/api/cafe/bookings/', booking)).body, { branch: south })
      const client = await cafe.owner.post<Made>('/api/cafe/clients/', { name: 'Бакыт' })
      const orders = `/api/cafe/clients/${client.body.id}/orders/`
      t.match((await cafe.owner.post<Made>(orders, {})).body, { branch: centre })
      t.match((await cafe.owner.post<Made>(orders, { table: table.body.id })).body, { branch: south })
    })

    await t.test('what it reads stays company-wide', async (t) => {
      const { body } = await cafe.owner.get<{ results: Made[] }>('/api/cafe/zones/')
      t.strictSame(new Set(body.results.map(({ branch }) => branch)), new Set([centre, south, north]))
    })

    await t.test('a company without branches has none', async (t) => {
      t.strictSame(await branchesTaken(await foundCompany(cafe, [])), all(null))
    })
  }),
)
