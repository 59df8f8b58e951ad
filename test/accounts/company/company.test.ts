import t from 'tap'
import { namesOfZone } from '../../../src/accounts/time-zone.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { foundCompany, password, startCompany } from '../staff.ts'
import type { Login } from '../staff.ts'

t.test('company', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const waiter = await cafe.hire('waiter')

    t.test('is read by everyone who works there', async (t) => {
      const { status, body } = await waiter.get('/api/users/company/')
      t.equal(status, 200)
      t.match(body, {
        name: /^Кафе \d+$/,
        slug: /^kafe-\d+$/,
        industry: { name: String, sectors: [{ name: 'Кафе' }] },
        sector: { name: 'Кафе' },
        subscription_plan: { name: 'Стандарт', price: '0.00', description: '', features: [] },
        owner: { id: cafe.owner.id, email: cafe.owner.email },
        created_at: /Z$/,
        start_date: /^\d{4}-\d\d-\d\d$/,
        end_date: /^\d{4}-\d\d-\d\d$/,
        phone: '',
        language: null,
        timezone: 'Asia/Bishkek',
      })
      t.ok(new Date(String(body.end_date)).getTime() > Date.now())
      const inEnglish = await waiter.get('/api/users/company/', { headers: { 'accept-language': 'en' } })
      t.match(inEnglish.body, { sector: { name: 'Café' }, subscription_plan: { name: 'Standard' } })
    })

    t.test('is changed by its owner alone', async (t) => {
      const change = { name: ' Ала-Тоо ', phone: '+996312000000', timezone: 'Europe/Berlin', slug: 'mine' }
      for (const person of [waiter, await cafe.hire('admin')]) {
        const refused = await person.patch('/api/users/company/', change)
        t.equal(refused.status, 403)
        t.equal(refused.body.code, 'permission_denied')
      }
      const { status, body } = await cafe.owner.patch('/api/users/company/', change)
      t.equal(status, 200)
      t.match(body, { name: 'Ала-Тоо', phone: '+996312000000', timezone: 'Europe/Berlin', slug: 'mine' })

      const wrong = await cafe.owner.patch('/api/users/company/', { name: ' ', language: 'xx' })
      t.equal(wrong.status, 400)
      t.same(Object.keys(wrong.body).sort(), ['language', 'name'])
      for (const timezone of ['Mars/Olympus', 'US/Pacific-New', '+06:00', "'; drop table users"]) {
        const zone = await cafe.owner.patch('/api/users/company/', { timezone })
        t.equal(zone.status, 400)
        t.same(Object.keys(zone.body), ['timezone'])
      }
      for (const [sent, saved] of [
        ['Asia/Calcutta', 'Asia/Kolkata'],
        ['europe/kiev', 'Europe/Kyiv'],
        ['Asia/Bishkek', 'Asia/Bishkek'],
      ])
        t.match((await cafe.owner.patch('/api/users/company/', { timezone: sent })).body, { timezone: saved })
      t.strictSame(
        namesOfZone('Asia/Calcutta').slice(0, 2),
        ['Asia/Kolkata', 'Asia/Calcutta'],
        'both are tried',
      )
    })
  }),
)

t.test('the settings page of a front end', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const other = await foundCompany(cafe, [])
    const settings = '/api/users/settings/company/'
    const check = (slug: string) => cafe.owner.get(`/api/users/company/check-slug/?slug=${slug}`)

    t.test('reads and changes the company', async (t) => {
      t.match(await cafe.owner.patch(settings, { name: 'Ала-Арча' }), {
        status: 200,
        body: { name: 'Ала-Арча' },
      })
      t.equal((await cafe.owner.get(settings)).body.name, 'Ала-Арча')
    })

    t.test('asks for a short name before it takes it', async (t) => {
      const { slug } = (await other.owner.get<{ slug: string }>(settings)).body
      t.same((await check('ala-archa')).body, { available: true })
      t.match((await check(slug)).body, { available: false, message: 'Этот адрес уже занят.' })
      t.match((await check('Ала%20Арча')).body, { available: false, message: /латинские/ })
      t.match(await cafe.owner.patch(settings, { slug }), {
        status: 400,
        body: { slug: ['Этот адрес уже занят.'] },
      })
      t.match(await cafe.owner.patch(settings, { slug: 'A b' }), {
        status: 400,
        body: { slug: [/латинские/] },
      })
      t.match(await cafe.owner.patch(settings, { slug: 'ala-archa' }), { body: { slug: 'ala-archa' } })
      t.same((await check('ala-archa')).body, { available: true }, 'one’s own')
    })

    t.test('offers one industry and one plan', async (t) => {
      const { body: company } = await cafe.owner.get(settings)
      const anyone = cafe.withToken()
      t.same((await anyone.get('/api/users/industries/')).body.results, [company.industry])
      t.same((await anyone.get('/api/users/subscription-plans/')).body.results, [company.subscription_plan])
    })
  }),
)

t.test('registration', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const anyone = cafe.withToken()
    const register = (body: object) =>
      anyone.post<Login & Record<string, unknown>>('/api/users/register/', body)

    t.test('makes a company and its owner, who is signed in at once', async (t) => {
      const { status, body } = await register({
        email: 'New@Cafe.Test',
        password,
        company_name: 'Чайхана «Жибек Жолу»',
        first_name: 'Гүлнара',
        timezone: 'Asia/Almaty',
      })
      t.equal(status, 201)
      t.match(body, {
        email: 'new@cafe.test',
        company: 'Чайхана «Жибек Жолу»',
        role: 'Владелец',
        branch_ids: [],
      })
      const company = await cafe.withToken(body.access).get('/api/users/company/')
      t.match(company.body, { slug: 'chaikhana-zhibek-zholu', timezone: 'Asia/Almaty' })
      t.equal((await cafe.logIn('new@cafe.test')).id, body.user_id)
    })

    t.test('is found where front ends of this trade send their form', async (t) => {
      const sectors = await anyone.get<{ results: { sectors: { id: string }[] }[] }>('/api/users/industries/')
      const plans = await anyone.get<{ results: { id: string }[] }>('/api/users/subscription-plans/')
      const form = {
        email: 'form@cafe.test',
        password,
        password2: password,
        company_name: 'Навруз',
        company_sector_id: sectors.body.results[0]!.sectors[0]!.id,
        subscription_plan_id: plans.body.results[0]!.id,
      }
      const send = (body: object) => anyone.post('/api/users/auth/register/', body)
      t.match(await send({ ...form, password2: `${password}!` }), {
        status: 400,
        body: { password2: ['Пароли не совпадают.'] },
      })
      t.match(await send({ ...form, company_sector_id: cafe.owner.id }), {
        status: 400,
        body: { company_sector_id: [String] },
      })
      t.match(await send(form), { status: 201, body: { company: 'Навруз' } })
    })

    t.test('two companies may have one name', async (t) => {
      const one = await register({ email: 'a@cafe.test', password, company_name: 'Кафе!' })
      const two = await register({ email: 'b@cafe.test', password, company_name: 'Кафе!' })
      const signs = await register({ email: 'c@cafe.test', password, company_name: '★★★' })
      t.same([one.status, two.status, signs.status], [201, 201, 201])
      const slug = async (login: Login) =>
        (await cafe.withToken(login.access).get('/api/users/company/')).body.slug
      t.equal(await slug(one.body), 'kafe')
      t.match(await slug(two.body), /^kafe-[0-9a-f]{12}$/)
      t.match(await slug(signs.body), /^company-[0-9a-f]{12}$/)
    })

    t.test('refuses what cannot be and leaves nothing behind', async (t) => {
      const taken = await register({
        email: cafe.owner.email.toUpperCase(),
        password,
        company_name: 'Двойник',
      })
      t.equal(taken.status, 400)
      t.same(Object.keys(taken.body), ['email'])
      const free = await register({ email: 'd@cafe.test', password, company_name: 'Двойник' })
      const company = await cafe.withToken(free.body.access).get('/api/users/company/')
      t.equal(company.body.slug, 'dvoinik', 'the short name of the refused one is free')

      const wrong = await register({ email: 'not an address', password: 'short', company_name: '' })
      t.equal(wrong.status, 400)
      t.same(Object.keys(wrong.body).sort(), ['company_name', 'email', 'password'])
    })
  }),
)

t.test('registration is closed unless it is asked for', async (t) => {
  const closed = await startApp(t, { content: 'empty', env: { REGISTRATION: '' } })
  const { status } = await closed
    .withToken()
    .post('/api/users/register/', { email: 'e@cafe.test', password, company_name: 'Поздно' })
  t.equal(status, 404)
})
