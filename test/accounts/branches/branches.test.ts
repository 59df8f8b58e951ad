import t from 'tap'
import { onBoth } from '../../support/database.ts'
import { foundCompany, startCompany } from '../staff.ts'

interface Branch {
  id: string
  name: string
  timezone: string
}
interface Page {
  count: number
  next: string | null
  previous: string | null
  results: Branch[]
}

const list = '/api/users/branches/'

t.test('branches', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const [centre, south] = cafe.branches as [string, string]

    t.test('are all seen by owner and admin, staff read their own', async (t) => {
      for (const person of [cafe.owner, await cafe.hire('admin', [])]) {
        const { body } = await person.get<Page>(list)
        t.same(
          body.results.map(({ id }) => id),
          [centre, south],
        )
        t.match(body, { count: 2, next: null, previous: null })
      }
      const waiter = await cafe.hire('waiter', [south])
      const { body } = await waiter.get<Page>(list)
      t.same(
        body.results.map(({ id }) => id),
        [south],
      )
      t.equal((await waiter.get(`${list}${south}/`)).status, 200)
      t.equal((await waiter.get(`${list}${centre}/`)).status, 404)
    })

    t.test('are made, changed and removed by owner and admin', async (t) => {
      const admin = await cafe.hire('admin', [])
      const made = await admin.post<Branch>(list, {
        name: 'Север',
        code: 'N',
        address: 'ул. Токтогула, 1',
        phone: '+996700000000',
        email: 'north@cafe.test',
        timezone: 'Asia/Almaty',
        day_starts_at: '06:30',
      })
      t.equal(made.status, 201)
      t.match(made.body, {
        name: 'Север',
        code: 'N',
        address: 'ул. Токтогула, 1',
        phone: '+996700000000',
        email: 'north@cafe.test',
        timezone: 'Asia/Almaty',
        day_starts_at: '06:30',
        is_active: true,
        created_at: /Z$/,
        updated_at: /Z$/,
      })
      const one = `${list}${made.body.id}/`
      const patched = await admin.patch<Branch>(one, { timezone: null, is_active: false })
      t.match(patched.body, { name: 'Север', code: 'N', timezone: 'Asia/Bishkek', is_active: false })
      t.match((await admin.put(one, { name: 'Восток' })).body, { name: 'Восток', code: 'N' })
      t.same((await admin.put(one, {})).body, { name: ['Обязательное поле.'] })
      t.match(
        (await admin.get(one)).body,
        { day_starts_at: '06:30' },
        'kept by a PUT that says nothing of it',
      )
      t.match((await admin.patch(one, { day_starts_at: '00:00' })).body, { day_starts_at: '00:00' })
      t.equal((await admin.delete(one)).status, 204)
      t.equal((await admin.get(one)).status, 404)
      t.equal((await admin.delete(one)).status, 404)
    })

    t.test('are refused to staff', async (t) => {
      for (const role of ['waiter', 'cook', 'cashier'] as const) {
        const person = await cafe.hire(role)
        t.equal((await person.post(list, { name: 'Мой' })).body.code, 'permission_denied')
        t.equal((await person.patch(`${list}${centre}/`, { name: 'Мой' })).status, 403)
        t.equal((await person.delete(`${list}${centre}/`)).status, 403)
      }
    })

    t.test('of another company do not exist', async (t) => {
      const other = await foundCompany(cafe, ['Чужой'])
      const theirs = `${list}${other.branches[0]}/`
      for (const reply of [
        await cafe.owner.get(theirs),
        await cafe.owner.patch(theirs, { name: 'Наш' }),
        await cafe.owner.delete(theirs),
        await cafe.owner.get(`${list}not-an-id/`),
      ]) {
        t.equal(reply.status, 404)
        t.equal(reply.body.code, 'not_found')
      }
      t.equal((await other.owner.get(theirs)).body.name, 'Чужой')
    })

    t.test('bear different names', async (t) => {
      const twice = await cafe.owner.post(list, { name: 'Центр' })
      t.equal(twice.status, 400)
      t.same(Object.keys(twice.body), ['name'])
      t.same(Object.keys((await cafe.owner.patch(`${list}${south}/`, { name: ' Центр ' })).body), ['name'])
    })

    t.test('name the fields at fault', async (t) => {
      const { status, body } = await cafe.owner.post(list, {
        name: '   ',
        code: null,
        email: 'nobody',
        is_active: 1,
      })
      t.equal(status, 400)
      t.same(Object.keys(body).sort(), ['code', 'email', 'is_active', 'name'])
      const zone = await cafe.owner.post(list, { name: 'Луна', timezone: 'Moon/Crater' })
      t.same(Object.keys(zone.body), ['timezone'])
      for (const day_starts_at of ['24:00', '6:00', '06:60', '06:00:00', '', null, 360]) {
        const { status, body } = await cafe.owner.patch(`${list}${south}/`, { day_starts_at })
        t.match([status, Object.keys(body)], [400, ['day_starts_at']], String(day_starts_at))
      }
      t.match((await cafe.owner.patch(`${list}${south}/`, { day_starts_at: 'утром' })).body, {
        day_starts_at: ['Время должно быть в виде ЧЧ:ММ.'],
      })
      t.match((await cafe.owner.get(`${list}${south}/`)).body, { day_starts_at: '00:00' })
    })

    t.test('stay while somebody works in them', async (t) => {
      const branch = await cafe.owner.post<Branch>(list, { name: 'Запад' })
      const one = `${list}${branch.body.id}/`
      const cook = await cafe.hire('cook', [branch.body.id])
      const refused = await cafe.owner.delete(one)
      t.equal(refused.status, 409)
      t.match(refused.body, { code: 'in_use', count: 1, used_by: { employees: 1 } })
      await cafe.owner.patch(`/api/users/employees/${cook.id}/`, { branch_ids: [centre] })
      t.equal((await cafe.owner.delete(one)).status, 204)
    })

    t.test('come in pages, sorted and searched', async (t) => {
      const first = await cafe.owner.get<Page>(`${list}?page_size=1&ordering=-name`)
      t.equal(first.body.results[0]?.name, 'Юг')
      t.match(first.body, { count: 2, previous: null, next: /^http:.*page=2/ })
      const found = await cafe.owner.get<Page>(`${list}?search=цент`)
      t.same(
        found.body.results.map(({ name }) => name),
        ['Центр'],
      )
      t.equal((await cafe.owner.get(`${list}?page=3`)).body.code, 'invalid_page')
      t.same(Object.keys((await cafe.owner.get(`${list}?is_active=maybe`)).body), ['is_active'])
    })
  }),
)
