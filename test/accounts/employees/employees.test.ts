import { randomUUID } from 'node:crypto'
import t from 'tap'
import { onBoth } from '../../support/database.ts'
import { foundCompany, password, startCompany } from '../staff.ts'

interface Employee {
  id: string
  email: string
  role: string
  is_active: boolean
  branch_ids: string[]
  primary_branch_id: string | null
}
interface Page {
  count: number
  results: Employee[]
}

const list = '/api/users/employees/'
let number = 0
const somebody = (details: object = {}) => ({
  email: `somebody${++number}@cafe.test`,
  password,
  role: 'waiter',
  ...details,
})

t.test('employees', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const [centre, south] = cafe.branches as [string, string]
    const { owner } = cafe
    const admin = await cafe.hire('admin', [])
    const one = (id: string) => `${list}${id}/`

    t.test('are hired by owner and admin, field by field', async (t) => {
      const body = somebody({
        email: `Somebody.New${++number}@Cafe.Test`,
        first_name: ' Бермет ',
        last_name: 'Садыкова',
        phone_number: '+996555123456',
        role: 'cashier',
        branch_ids: [centre, south, centre],
        primary_branch_id: south.toUpperCase(),
      })
      const { status, body: hired } = await admin.post<Employee>(list, body)
      t.equal(status, 201)
      t.match(hired, {
        email: body.email.toLowerCase(),
        first_name: 'Бермет',
        last_name: 'Садыкова',
        phone_number: '+996555123456',
        role: 'cashier',
        role_display: 'Кассир',
        branch_ids: [south, centre],
        primary_branch_id: south,
        is_active: true,
      })
      t.notOk('password' in hired || 'password_hash' in hired)
      t.same((await owner.get(one(hired.id))).body, hired)
      t.equal((await cafe.logIn(body.email)).id, hired.id)
    })

    t.test('are read by all of the company, and changed by no staff', async (t) => {
      for (const role of ['waiter', 'cook', 'cashier'] as const) {
        const person = await cafe.hire(role)
        const { body } = await person.get<Page>(list)
        t.ok(body.results.some(({ id }) => id === owner.id))
        t.equal((await person.get(one(admin.id))).status, 200)
        for (const reply of [
          await person.post(list, somebody({ branch_ids: [centre] })),
          await person.patch(one(person.id), { role: 'owner' }),
          await person.delete(one(admin.id)),
        ]) {
          t.equal(reply.status, 403)
          t.equal(reply.body.code, 'permission_denied')
        }
      }
    })

    t.test('who own the company are touched by owners alone', async (t) => {
      for (const reply of [
        await admin.post(list, somebody({ role: 'owner' })),
        await admin.patch(one(admin.id), { role: 'owner' }),
        await admin.patch(one(owner.id), { password: 'taken over' }),
        await admin.delete(one(owner.id)),
      ]) {
        t.equal(reply.status, 403)
        t.equal(reply.body.code, 'permission_denied')
      }
      const partner = await owner.post<Employee>(list, somebody({ role: 'owner' }))
      t.equal(partner.status, 201)
      t.equal((await owner.delete(one(partner.body.id))).status, 204)
    })

    t.test('include at least one owner, whoever leaves at the same moment', async (t) => {
      for (const change of [{ role: 'admin' }, { is_active: false }]) {
        const reply = await owner.patch(one(owner.id), change)
        t.equal(reply.status, 409)
        t.equal(reply.body.code, 'last_owner')
      }
      const rival = await foundCompany(cafe, [])
      const partner = await rival.hire('owner', [])
      const leaving = await Promise.all([
        rival.owner.delete(one(rival.owner.id)),
        partner.delete(one(partner.id)),
      ])
      t.same(
        leaving.map(({ status }) => status).sort((a, b) => a - b),
        [204, 409],
      )
    })

    t.test('have an address nobody else has, in whatever company', async (t) => {
      const other = await foundCompany(cafe, [])
      for (const email of [admin.email, other.owner.email.toUpperCase()]) {
        const { status, body } = await owner.post(list, somebody({ email, role: 'admin' }))
        t.equal(status, 400)
        t.same(Object.keys(body), ['email'])
      }
      const taken = await owner.patch(one(admin.id), { email: owner.email })
      t.equal(taken.status, 400)
      t.same(Object.keys(taken.body), ['email'])
    })

    t.test('work in branches of their company', async (t) => {
      const other = await foundCompany(cafe, ['Чужой'])
      for (const id of [other.branches[0]!, randomUUID()]) {
        const { status, body } = await owner.post(list, somebody({ branch_ids: [centre, id] }))
        t.equal(status, 400)
        t.same(body, { branch_ids: [`Недопустимый первичный ключ "${id}" - объект не существует.`] })
        const primary = await owner.post(list, somebody({ primary_branch_id: id }))
        t.same(Object.keys(primary.body), ['primary_branch_id'])
      }
      const beside = await owner.post(list, somebody({ branch_ids: [centre], primary_branch_id: south }))
      t.same(Object.keys(beside.body), ['primary_branch_id'])
      const malformed = await owner.post(list, somebody({ branch_ids: ['x'], primary_branch_id: 1 }))
      t.same(Object.keys(malformed.body).sort(), ['branch_ids', 'primary_branch_id'])
    })

    t.test('other than owners and admins need a branch where there are branches', async (t) => {
      const without = await owner.post(list, somebody())
      t.equal(without.status, 400)
      t.same(without.body, { branch_ids: ['Обязательное поле.'] })
      t.same(Object.keys((await owner.post(list, somebody({ branch_ids: [] }))).body), ['branch_ids'])
      const demoted = await owner.patch(one(admin.id), { role: 'waiter' })
      t.same(Object.keys(demoted.body), ['branch_ids'])
      t.equal((await owner.patch(one(admin.id), { first_name: 'Азамат' })).status, 200)

      const single = await foundCompany(cafe, [])
      const { status, body } = await single.owner.post<Employee>(list, somebody())
      t.equal(status, 201, 'a company without branches asks for none')
      t.same([body.branch_ids, body.primary_branch_id], [[], null])
    })

    t.test('move between branches', async (t) => {
      const waiter = await cafe.hire('waiter', [centre])
      const moved = await owner.patch<Employee>(one(waiter.id), { primary_branch_id: south })
      t.same(moved.body.branch_ids, [south, centre])
      const kept = await owner.patch<Employee>(one(waiter.id), { branch_ids: [centre, south] })
      t.same(kept.body.branch_ids, [south, centre], 'the primary branch stays when it is still among them')
      const only = await owner.patch<Employee>(one(waiter.id), { branch_ids: [centre] })
      t.same(only.body.branch_ids, [centre])
      t.same((await waiter.get('/api/users/profile/')).body.branch_ids, [centre])
    })

    t.test('who left are kept apart, not lost', async (t) => {
      const cook = await cafe.hire('cook')
      t.equal((await admin.delete(one(cook.id))).status, 204)
      t.equal((await admin.delete(one(cook.id))).status, 204, 'twice is once')
      t.equal((await owner.get<Employee>(one(cook.id))).body.is_active, false)
      const ids = async (query: string) =>
        (await owner.get<Page>(`${list}${query}`)).body.results.map(({ id }) => id)
      t.notOk((await ids('')).includes(cook.id))
      t.ok((await ids('?is_active=false')).includes(cook.id))
    })

    t.test('are filtered, searched and sorted', async (t) => {
      const cook = await cafe.hire('cook', [south], { first_name: 'Искандер', last_name: '100%' })
      const emails = async (query: string) =>
        (await owner.get<Page>(`${list}${query}`)).body.results.map(({ email }) => email)
      t.ok((await emails('?role=cook')).includes(cook.email))
      t.notOk((await emails('?role=cook')).includes(owner.email))
      t.ok((await emails(`?branch=${south}`)).includes(cook.email))
      t.notOk((await emails(`?branch=${centre}&role=cook`)).includes(cook.email))
      t.same(await emails('?search=искан'), [cook.email])
      t.same(await emails('?search=100%25'), [cook.email])
      const all = await emails('?ordering=-email')
      t.same(all, all.toSorted().reverse())
      t.same(Object.keys((await owner.get(`${list}?role=boss&branch=x`)).body).sort(), ['branch', 'role'])
    })

    t.test('of another company do not exist', async (t) => {
      const other = await foundCompany(cafe, [])
      for (const reply of [
        await owner.get(one(other.owner.id)),
        await owner.patch(one(other.owner.id), { first_name: 'Наш' }),
        await owner.delete(one(other.owner.id)),
        await owner.patch(one(randomUUID()), {}),
        await owner.get(one('not-an-id')),
      ]) {
        t.equal(reply.status, 404)
        t.equal(reply.body.code, 'not_found')
      }
      const { body } = await owner.get<Page>(list)
      t.notOk(body.results.some(({ id }) => id === other.owner.id))
    })

    t.test('name the fields at fault', async (t) => {
      const { status, body } = await owner.post(list, {
        email: 'nobody',
        password: '1234567',
        role: 'boss',
        first_name: 5,
        branch_ids: 'all',
      })
      t.equal(status, 400)
      t.same(Object.keys(body).sort(), ['branch_ids', 'email', 'first_name', 'password', 'role'])
      t.same(Object.keys((await owner.post(list, {})).body), ['email'])
      t.same(Object.keys((await owner.post(list, { email: 'a@cafe.test' })).body), ['role'])
    })

    t.test('roles have a list', async (t) => {
      const { status, body } = await admin.get('/api/users/roles/')
      t.equal(status, 200)
      t.match(body, [
        { id: 'owner', code: 'owner', name: 'Владелец' },
        { id: 'admin', code: 'admin', name: 'Администратор' },
        { id: 'waiter', code: 'waiter', name: 'Официант' },
        { id: 'cook', code: 'cook', name: 'Повар' },
        { id: 'cashier', code: 'cashier', name: 'Кассир' },
      ])
    })
  }),
)
