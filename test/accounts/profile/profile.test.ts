import t from 'tap'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { startCompany } from '../staff.ts'
import type { Role } from '../../../src/db/enums.ts'

const always = ['menu']
const seenBy: Record<Role, string[] | 'all'> = {
  owner: 'all',
  admin: 'all',
  waiter: [...always, 'orders', 'booking', 'clients', 'tables', 'order_pay'],
  cashier: [
    ...always,
    ...'orders booking clients tables order_pay order_return'.split(' '),
    ...'cashbox cashier shifts sale debts'.split(' '),
  ],
  cook: [...always, 'cook'],
}
const views =
  'menu orders cook purchasing booking clients tables inventory calculation order_pay order_return'
    .split(' ')
    .map((name) => [name, `can_view_cafe_${name}`] as const)
const companyViews = (
  'analytics products employees cashbox cashier shifts sale debts ' +
  'branch settings salary departments catalog document documents'
)
  .split(' ')
  .map((name) => [name, `can_view_${name}`] as const)

t.test('profile', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })

    t.test('says who I am, field by field', async (t) => {
      const waiter = await cafe.hire('waiter', [cafe.branches[1]!], { first_name: 'Айбек' })
      const { status, body } = await waiter.get('/api/users/profile/')
      t.equal(status, 200)
      const company = await waiter.get('/api/users/company/')
      t.match(body, {
        id: waiter.id,
        email: waiter.email,
        first_name: 'Айбек',
        last_name: '',
        phone_number: '',
        avatar: null,
        language: null,
        company: company.body.id,
        role: 'waiter',
        custom_role: null,
        role_display: 'Официант',
        branch_ids: [cafe.branches[1]],
        primary_branch_id: cafe.branches[1],
        created_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
        updated_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      })
    })

    t.test('tells front ends what each role sees', async (t) => {
      for (const [role, seen] of Object.entries(seenBy) as [Role, string[] | 'all'][]) {
        const person = await cafe.hire(role)
        const { body } = await person.get('/api/users/profile/')
        for (const [name, field] of [...views, ...companyViews]) {
          t.equal(body[field], seen === 'all' || seen.includes(name), `${role} ${field}`)
        }
      }
    })

    t.test('changes names, phone, picture and language, and ignores the rest', async (t) => {
      const cook = await cafe.hire('cook')
      const { status, body } = await cook.patch('/api/users/profile/', {
        first_name: ' Нурлан ',
        phone_number: '+996555000111',
        avatar: 'https://cafe.test/nurlan.png',
        language: 'en',
        role: 'owner',
        email: 'boss@cafe.test',
        company: null,
        is_active: false,
      })
      t.equal(status, 200)
      t.match(body, {
        first_name: 'Нурлан',
        last_name: '',
        phone_number: '+996555000111',
        avatar: 'https://cafe.test/nurlan.png',
        language: 'en',
        role: 'cook',
        role_display: 'Cook',
        email: cook.email,
      })
      t.equal((await cook.get('/api/users/branches/no-such/')).body.detail, 'Not found.')
      t.equal((await cook.patch('/api/users/profile/', { avatar: null })).body.avatar, null)
      t.equal((await cook.patch('/api/users/profile/', {})).status, 200)
    })

    t.test('names what cannot be', async (t) => {
      const cook = await cafe.hire('cook')
      const { status, body } = await cook.patch('/api/users/profile/', {
        first_name: null,
        last_name: 5,
        language: 'fr',
        phone_number: 'x'.repeat(33),
      })
      t.equal(status, 400)
      t.same(Object.keys(body).sort(), ['first_name', 'language', 'last_name', 'phone_number'])
      t.match(body.first_name, ['Это поле не может быть пустым.'])
    })

    t.test('the company speaks for who has no language of their own', async (t) => {
      const cook = await cafe.hire('cook')
      const english = { headers: { 'accept-language': 'en' } }
      t.equal((await cook.get('/api/users/profile/', english)).body.role_display, 'Cook')
      t.equal((await cafe.owner.patch('/api/users/company/', { language: 'ru' })).status, 200)
      t.equal((await cook.get('/api/users/profile/', english)).body.role_display, 'Повар')
      await cafe.owner.patch('/api/users/company/', { language: null })
    })
  }),
)

t.test('somebody without a company has a profile and nothing else', async (t) => {
  const cafe = await startApp(t, { kind: 'embedded' })
  const loner = cafe.as('nocompany')
  const { status, body } = await loner.get('/api/users/profile/')
  t.equal(status, 200)
  t.equal(body.company, null)
  t.same(body.branch_ids, [])
  t.equal((await loner.get('/api/users/company/')).status, 404)
  for (const path of ['/api/users/branches/', '/api/users/employees/', '/api/cafe/tables/']) {
    const refused = await loner.get(path)
    t.equal(refused.status, 403)
    t.equal(refused.body.code, 'no_company')
  }
})
