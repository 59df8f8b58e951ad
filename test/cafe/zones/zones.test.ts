import t from 'tap'
import type { ZoneRead } from '../../../src/cafe/zones/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/zones/'

t.test('zones', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, admin, waiter] = [cafe.as('owner'), cafe.as('admin'), cafe.as('waiter1')]
    const { centre, south } = await branchesOf(owner)

    await t.test('an admin makes, renames and removes a hall of a branch', async (t) => {
      const events = await announcedBy(cafe.database, async () => {
        const made = await admin.post<ZoneRead>(path, { title: '  Крыша ', branch: south })
        t.equal(made.status, 201)
        t.match(made.body, { title: 'Крыша', branch: south, created_at: isoInstant, updated_at: isoInstant })
        t.strictSame(Object.keys(made.body).sort(), [
          'branch',
          'company',
          'created_at',
          'id',
          'title',
          'updated_at',
        ])
        const one = `${path}${made.body.id}/`
        t.strictSame((await admin.get(one)).body, made.body)
        t.strictSame((await admin.get(one.slice(0, -1))).body, made.body, 'the same without trailing slash')

        const renamed = await admin.patch<ZoneRead>(one, { title: 'Веранда' })
        t.equal(renamed.status, 200)
        t.equal(renamed.body.title, 'Веранда')
        t.ok(renamed.body.updated_at > made.body.updated_at)
        const same = await admin.put<ZoneRead>(one, { title: 'Веранда' })
        t.strictSame(same.body, renamed.body, 'a change that changes nothing leaves no trace')

        const gone = await admin.delete(one)
        t.equal(gone.status, 204)
        t.equal(gone.body, null)
        t.equal((await admin.get(one)).status, 404)
        t.equal((await admin.delete(one)).status, 404)
      })
      t.strictSame(
        events.map(({ type, stream }) => [type, stream]),
        ['zone_created', 'zone_updated', 'zone_deleted'].map((type) => [type, south]),
      )
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: unknown) => {
        const reply = await owner.post(path, body)
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({ branch: centre }), { title: ['Обязательное поле.'] })
      t.strictSame(await refused({ title: '  ', branch: centre }), {
        title: ['Это поле не может быть пустым.'],
      })
      t.strictSame(await refused({ title: null, branch: centre }), {
        title: ['Это поле не может быть пустым.'],
      })
      t.match(await refused({ title: 'я'.repeat(101), branch: centre }), { title: [/100/] })
      t.match(await refused({ title: 5, branch: centre }), { title: [String] })
      t.match(await refused({ title: 'Терраса', branch: centre }), { title: [/уже есть/] })
      t.strictSame(await refused({ title: 'Новая', branch: missing }), {
        branch: [`Недопустимый первичный ключ "${missing}" - объект не существует.`],
      })
      t.match(await refused({ title: 'Новая', branch: 'Центр' }), { branch: [String] })
      const { body: zones } = await waiter.get<List<ZoneRead>>(path)
      const [first, second] = zones.results
      const twice = await admin.patch(`${path}${first!.id}/`, { title: second!.title })
      t.equal(twice.status, 400)
      t.match(twice.body, { title: [String] })
    })

    await t.test('two branches may have halls of the same name', async (t) => {
      for (const branch of [centre, south]) {
        t.equal((await owner.post(path, { title: 'Балкон', branch })).status, 201)
      }
      t.equal((await owner.get<List<ZoneRead>>(`${path}?title=балкон`)).body.count, 2)
    })

    await t.test('a hall with tables in it stays', async (t) => {
      const { body } = await owner.get<List<ZoneRead>>(`${path}?search=основной`)
      const reply = await owner.delete(`${path}${body.results[0]!.id}/`)
      t.equal(reply.status, 409)
      t.match(reply.body, { code: 'in_use', detail: /8/, count: 8, used_by: { tables: 8 } })
    })

    await t.test('staff see their branch, owners all or the one they choose', async (t) => {
      const titles = async (who: 'waiter1' | 'waiter2' | 'owner' | 'owner2', query = '') =>
        (await cafe.as(who).get<List<ZoneRead>>(`${path}${query}`)).body.results.map((zone) => zone.title)
      t.strictSame(await titles('waiter1'), ['VIP', 'Балкон', 'Основной зал', 'Терраса'])
      t.strictSame(await titles('waiter2'), ['Балкон', 'Зал', 'Летний двор'])
      t.equal((await titles('owner')).length, 7)
      t.strictSame(await titles('owner', `?branch=${south}`), ['Балкон', 'Зал', 'Летний двор'])
      t.strictSame(await titles('waiter2', `?branch=${centre}`), ['Балкон', 'Зал', 'Летний двор'])
      t.strictSame(await titles('owner2'), ['Зал', 'Топчаны'])
      const { body } = await owner.get<List<ZoneRead>>(`${path}?branch=${south}`)
      const elsewhere = `${path}${body.results[0]!.id}/`
      t.equal((await waiter.get(elsewhere)).status, 404, 'another branch')
      t.equal((await cafe.as('owner2').get(elsewhere)).status, 404, 'another company')
      t.equal((await cafe.as('owner2').patch(elsewhere, { title: 'моё' })).status, 404)
      t.equal((await cafe.as('owner2').delete(elsewhere)).status, 404)
      t.equal((await owner.get(`${path}?branch=${missing}`)).status, 400)
    })

    await t.test('a company without branches has branch null', async (t) => {
      const { status, body } = await cafe.as('owner2').post<ZoneRead>(path, { title: 'Двор' })
      t.equal(status, 201)
      t.equal(body.branch, null)
    })

    await t.test('only owners and admins change the floor', async (t) => {
      const { body } = await waiter.get<List<ZoneRead>>(path)
      const one = `${path}${body.results[0]!.id}/`
      for (const who of ['waiter1', 'cook1', 'cashier1'] as const) {
        const someone = cafe.as(who)
        t.equal((await someone.get(one)).status, 200)
        t.match(await someone.post(path, { title: 'x' }), {
          status: 403,
          body: { code: 'permission_denied' },
        })
        t.equal((await someone.patch(one, { title: 'x' })).status, 403)
        t.equal((await someone.put(one, { title: 'x' })).status, 403)
        t.equal((await someone.delete(one)).status, 403)
      }
      t.match(await cafe.as('nocompany').get(path), { status: 403, body: { code: 'no_company' } })
      t.match(await cafe.withToken().get(path), { status: 401, body: { code: 'not_authenticated' } })
    })

    await t.test('lists are paged, searched and ordered', async (t) => {
      const page = (await owner.get<List<ZoneRead>>(`${path}?page=2&page_size=3&ordering=-title`)).body
      t.equal(page.count, 7)
      t.equal(page.results.length, 3)
      t.match(page.next, /^http:\/\/.*\/api\/cafe\/zones\/\?.*page=3/)
      t.match(page.previous, /^http:\/\/.*page_size=3/)
      const all = (await owner.get<List<ZoneRead>>(`${path}?ordering=-title`)).body
      t.strictSame(page.results, all.results.slice(3, 6))
      t.equal(all.next, null)
      t.equal(all.previous, null)
      for (const past of ['3', '999999999999']) {
        t.equal((await owner.get(`${path}?page=${past}&page_size=500`)).status, 404)
      }
      for (const wrong of ['page=0', 'page=x', 'page=1e300', 'page_size=0', 'page_size=many']) {
        const reply = await owner.get(`${path}?${wrong}`)
        t.equal(reply.status, 400)
        t.hasProp(reply.body, wrong.split('=')[0]!)
      }
      t.equal((await owner.get<List<ZoneRead>>(`${path}?search=%25`)).body.count, 0, '% means itself')
      t.equal((await owner.get<List<ZoneRead>>(`${path}?search=&title=&ordering=`)).body.count, 7)
    })

    await t.test('what is no id is not found', async (t) => {
      for (const id of ['1', missing, 'null', '%00']) {
        t.match(await owner.get(`${path}${id}/`), { status: 404, body: { code: 'not_found' } })
      }
    })
  }),
)
