import t from 'tap'
import { randomUUID } from 'node:crypto'
import { onBoth } from '../../support/database.ts'
import { foundCompany, password, startCompany } from '../staff.ts'

interface RoleRead {
  id: string
  code: string
  name: string
  is_custom: boolean
  can_view_cafe_orders: boolean
}

const list = '/api/users/roles/'
const custom = `${list}custom/`
const employees = '/api/users/employees/'
let number = 0
const email = () => `role${++number}@cafe.test`

t.test('roles of a company’s own', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const admin = await cafe.hire('admin', [])
    const make = async (body: object) => {
      const reply = await admin.post<RoleRead>(custom, body)
      t.equal(reply.status, 201, JSON.stringify(reply.body))
      return reply.body
    }
    const hire = async (body: object) => {
      const reply = await admin.post(`${employees}create/`, {
        email: email(),
        password,
        branches: cafe.branches.slice(0, 1),
        ...body,
      })
      t.equal(reply.status, 201, JSON.stringify(reply.body))
      return { hired: reply.body, person: await cafe.logIn(String(reply.body.email)) }
    }

    t.test('stand in the list behind those of the service', async (t) => {
      const made = await make({ name: ' Стажёр ' })
      t.match(made, { name: 'Стажёр', code: 'waiter', is_custom: true, can_view_cafe_orders: true })
      const { body } = await admin.get<RoleRead[]>(list)
      t.equal(body.at(-1)?.id, made.id)
      t.same(body.filter((role) => !role.is_custom).length, 5)
      const again = await admin.post(custom, { name: 'Стажёр' })
      t.match(again, { status: 400, body: { name: [String] } })
      t.equal((await admin.post(custom, { name: 'Хозяин', role: 'owner' })).status, 400)
    })

    t.test('give and take permissions, for everybody who has them', async (t) => {
      const role = await make({ name: 'Ученик', can_view_cafe_orders: false, can_view_analytics: true })
      const { hired, person } = await hire({ custom_role: role.id })
      t.match(hired, {
        role: 'waiter',
        custom_role: role.id,
        role_display: 'Ученик',
        can_view_cafe_orders: false,
        can_view_analytics: true,
        can_view_cafe_menu: true,
        branches: cafe.branches.slice(0, 1),
      })
      t.match((await person.get('/api/users/profile/')).body, {
        custom_role: role.id,
        role_display: 'Ученик',
        can_view_cafe_orders: false,
        can_view_analytics: true,
      })
      t.match(await person.post('/api/cafe/orders/', {}), {
        status: 403,
        body: { code: 'permission_denied' },
      })
      t.equal((await person.get('/api/cafe/analytics/sales/summary/')).status, 200)

      const changed = await admin.patch(`${custom}${role.id}/`, { can_view_cafe_orders: true })
      t.match(changed, { status: 200, body: { can_view_cafe_orders: true, can_view_analytics: true } })
      t.equal((await person.post('/api/cafe/orders/', {})).status, 201)

      await admin.put(`${custom}${role.id}/`, { name: 'Ученик повара', role: 'cook' })
      t.match((await person.get('/api/users/profile/')).body, { role: 'cook', role_display: 'Ученик повара' })
    })

    t.test('flags may be said of one employee alone', async (t) => {
      const { hired, person } = await hire({ role: 'waiter' })
      const one = `${employees}${String(hired.id)}/`
      const { status, body } = await admin.patch(one, {
        can_view_cafe_order_pay: false,
        can_view_settings: true,
      })
      t.equal(status, 200)
      t.match(body, { can_view_cafe_order_pay: false, can_view_settings: true, can_view_cafe_orders: true })
      const order = await person.post('/api/cafe/orders/', {})
      const pay = await person.post(`/api/cafe/orders/${String(order.body.id)}/pay/`, {
        payment_method: 'cash',
      })
      t.match(pay, { status: 403, body: { code: 'permission_denied' } })
      const owner = await cafe.owner.get(`${employees}${cafe.owner.id}/`)
      t.match(owner.body, { can_view_cafe_order_pay: true, can_view_settings: true, can_view_branch: true })
    })

    t.test('nobody gives themselves or others what they do not hold', async (t) => {
      await cafe.owner.patch(`${employees}${admin.id}/`, { can_view_analytics: false })
      t.equal((await admin.get('/api/cafe/analytics/sales/summary/')).status, 403)
      for (const body of [{ can_view_analytics: true }, { role: 'waiter' }]) {
        const own = await admin.patch(`${employees}${admin.id}/`, body)
        t.match(own, { status: 403, body: { code: 'permission_denied' } })
      }
      const waiter = await cafe.hire('waiter')
      const others = await admin.patch(`${employees}${waiter.id}/`, { can_view_analytics: true })
      t.equal(others.status, 403)
      t.equal((await admin.post(custom, { name: 'Аналитик', can_view_analytics: true })).status, 403)
      // what is there already may be sent back, as forms do
      const back = await admin.patch(`${employees}${admin.id}/`, {
        role: 'admin',
        can_view_analytics: false,
        first_name: 'Анара',
      })
      t.match(back, { status: 200, body: { first_name: 'Анара' } })
      await cafe.owner.patch(`${employees}${admin.id}/`, { can_view_analytics: true })
    })

    t.test('a form that sends both keys sets one and ends the other', async (t) => {
      const role = await make({ name: 'Бармен', role: 'cashier' })
      const { hired } = await hire({ role: 'waiter' })
      const one = `${employees}${String(hired.id)}/`
      const named = await admin.patch(one, { role: null, custom_role: role.id })
      t.match(named.body, { role: 'cashier', custom_role: role.id })
      const back = await admin.patch(one, { role: 'waiter', custom_role: null })
      t.match(back.body, { role: 'waiter', custom_role: null, role_display: 'Официант' })
      t.match(await admin.patch(one, { role: 'cook', custom_role: role.id }), {
        status: 400,
        body: { role: [/cashier/] },
      })
      const unknown = randomUUID()
      t.match(await admin.patch(one, { custom_role: unknown }), {
        status: 400,
        body: { custom_role: [`Недопустимый первичный ключ "${unknown}" - объект не существует.`] },
      })
      t.match(await admin.post(employees, { email: email() }), { status: 400, body: { role: [String] } })
    })

    t.test('stay while somebody has them, and belong to one company', async (t) => {
      const role = await make({ name: 'Хостес' })
      const { hired } = await hire({ custom_role: role.id })
      const one = `${custom}${role.id}/`
      t.match(await admin.delete(one), { status: 409, body: { code: 'in_use', used_by: { employees: 1 } } })
      const other = await foundCompany(cafe, [])
      t.equal((await other.owner.patch(one, { name: 'Чужая' })).status, 404)
      t.equal((await other.owner.delete(one)).status, 404)
      t.equal(
        (await other.owner.patch(`${employees}${other.owner.id}/`, { custom_role: role.id })).status,
        400,
      )
      await admin.patch(`${employees}${String(hired.id)}/`, { role: 'waiter' })
      t.equal((await admin.delete(one)).status, 204)
      t.equal((await admin.delete(one)).status, 404)
      const waiter = await cafe.hire('waiter')
      t.equal((await waiter.post(custom, { name: 'Сам себе' })).status, 403)
    })

    t.test('a password that nobody chose is made and shown once', async (t) => {
      const address = email()
      const key = { headers: { 'idempotency-key': randomUUID() } }
      const body = { email: address, role: 'cook', branches: cafe.branches.slice(0, 1) }
      const first = await admin.post(`${employees}create/`, body, key)
      t.equal(first.status, 201)
      const made = String(first.body.generated_password)
      t.match(made, /^[a-z2-9]{12}$/)
      const login = await cafe.withToken().post('/api/users/login/', { email: address, password: made })
      t.equal(login.status, 200)
      const again = await admin.post(`${employees}create/`, body, key)
      t.equal(again.status, 201)
      t.notOk('generated_password' in again.body)
      t.equal(again.body.id, first.body.id)
    })
  }),
)
