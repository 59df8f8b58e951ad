import { eq } from 'drizzle-orm'
import t from 'tap'
import type { ClientRead } from '../../../src/cafe/clients/schema.ts'
import { orders } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { orderFromBefore, orderRow } from '../past.ts'
import { branchesOf, isoInstant } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/clients/'

t.test('clients', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, books: 'unchecked' })
    const { database } = cafe
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { centre, south } = await branchesOf(owner)

    await t.test('a waiter writes a guest down', async (t) => {
      const made = await waiter.post<ClientRead>(path, {
        name: ' Канат Абдрахманов ',
        phone: '+996 (555) 99-88-77',
        notes: 'Без лука',
      })
      t.equal(made.status, 201)
      const { id, company, created_at, updated_at, ...fields } = made.body
      t.strictSame(fields, {
        branch: null,
        name: 'Канат Абдрахманов',
        phone: '+996555998877',
        phone_typed: '+996 (555) 99-88-77',
        phone_extension: '',
        notes: 'Без лука',
        orders: [],
        history: [],
      })
      t.match([created_at, updated_at], [isoInstant, isoInstant])
      t.ok(company)
      const one = `${path}${id}/`
      const changed = await waiter.patch<ClientRead>(one, { phone: '0700 99 88 77' })
      t.match(changed, { status: 200, body: { phone: '+996700998877', phone_typed: '0700 99 88 77' } })
      t.strictSame(
        (await waiter.patch(one, { phone: '00996 700-998877' })).body,
        changed.body,
        'the same number',
      )
      t.match((await waiter.put(one, { name: 'Канат' })).body, { name: 'Канат', phone: '+996700998877' })
      t.match((await cafe.as('waiter2').get(one)).body, { name: 'Канат' }, 'clients are the company’s')
      t.match((await waiter.patch(one, { phone: '' })).body, { phone: '' })
      t.match(await waiter.delete(one), { status: 403, body: { code: 'permission_denied' } })
      t.equal((await owner.delete(one)).status, 204)
      t.equal((await owner.get(one)).status, 404)
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: object) => {
        const reply = await waiter.post(path, { name: 'Гость', ...body })
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({ name: undefined }), { name: ['Обязательное поле.'] })
      t.strictSame(await refused({ name: ' ' }), { name: ['Это поле не может быть пустым.'] })
      t.match(await refused({ phone: 'позвонить' }), { phone: [String] })
      t.match(await refused({ phone: 996555 }), { phone: [String] })
      t.match(await refused({ notes: 'я'.repeat(2001) }), { notes: [/2000/] })
      t.match(await refused({ phone: '+996 555 21-03-04' }), { phone: [/уже есть/] }, 'one client a number')
      for (const same of ['0555210304', '996555210304', '00996 555 210-304'])
        t.match(await refused({ phone: same }), { phone: [/уже есть/] }, same)
      t.match(await refused({ phone: '0555210304, 0700123456' }), { phone: [/здесь их два/] })
      t.equal((await waiter.post(path, { name: 'Без телефона' })).status, 201)
      t.equal((await waiter.post(path, { name: 'Тоже без телефона', phone: '' })).status, 201)
      const own = await cafe.as('owner2').post(path, { name: 'Тёзка', phone: '+996555210304' })
      t.equal(own.status, 201, 'another company may know the same number')
      const { body } = await waiter.get<List<ClientRead>>(`${path}?name=сергей ким`)
      const one = `${path}${body.results[0]!.id}/`
      t.match(await waiter.patch(one, { phone: '+996555210304' }), { status: 400, body: { phone: [String] } })
    })

    await t.test('found by name or by phone as people type it', async (t) => {
      const names = async (query: string) => {
        const { status, body } = await waiter.get<List<ClientRead>>(`${path}?${query}`)
        t.equal(status, 200)
        return body.results.map(({ name }) => name)
      }
      t.strictSame(await names('search=ким'), ['Сергей Ким'])
      t.strictSame(await names(`search=${encodeURIComponent('(772) 11-89')}`), ['Сергей Ким'])
      t.strictSame(await names(`search=${encodeURIComponent('+996 772')}`), ['Сергей Ким'])
      t.strictSame(await names(`phone=${encodeURIComponent('+996 772 118930')}`), ['Сергей Ким'])
      const all = await names('')
      t.strictSame(all, [...all].sort(new Intl.Collator('ru').compare), 'by name')
      t.strictSame((await names('ordering=-created_at'))[0], 'Тоже без телефона')
      t.equal((await names('page_size=2&page=2')).length, 2)
    })

    await t.test('the latest orders stand under their client, each branch seeing its own', async (t) => {
      const { body } = await owner.get<List<ClientRead>>(`${path}?name=сергей ким`)
      const client = body.results[0]!
      const past = { company: client.company, client: client.id }
      const day = (n: number) => new Date(Date.UTC(2024, 0, n))
      const ids: string[] = []
      for (let n = 1; n <= 11; n++) {
        const status = n % 2 === 0 ? 'closed' : 'cancelled'
        ids.push(
          await orderFromBefore(database, {
            ...past,
            branch: centre,
            status,
            total: n * 100,
            createdAt: day(n),
          }),
        )
      }
      const elsewhere = await orderFromBefore(database, {
        ...past,
        branch: south,
        status: 'closed',
        createdAt: day(20),
      })
      const one = `${path}${client.id}/`
      const seen = (await waiter.get<ClientRead>(one)).body
      t.equal(seen.orders.length, 10, 'at most ten')
      t.strictSame(
        seen.orders.map(({ id }) => id),
        ids.slice(1).reverse(),
        'newest first',
      )
      t.match(seen.orders[0], {
        status: 'cancelled',
        total_amount: '11.00',
        created_at: day(11).toISOString(),
      })
      t.strictSame(Object.keys(seen.orders[0]!).sort(), [
        'created_at',
        'id',
        'number',
        'status',
        'total_amount',
      ])
      t.strictSame(
        seen.history.map(({ total_amount }) => total_amount),
        ['10.00', '8.00', '6.00', '4.00', '2.00'],
      )
      t.equal((await owner.get<ClientRead>(one)).body.orders[0]!.id, elsewhere)
      t.strictSame(
        (await cafe.as('waiter2').get<ClientRead>(one)).body.orders.map(({ id }) => id),
        [elsewhere],
      )
      const listed = await waiter.get<List<ClientRead>>(`${path}?search=ким`)
      t.strictSame(listed.body.results, [seen], 'a list shows the same')
    })

    await t.test('a client with an open order stays; past orders outlive their client', async (t) => {
      const { body } = await owner.get<List<ClientRead>>(`${path}?search=волков`)
      const client = body.results[0]!
      const one = `${path}${client.id}/`
      const past = { company: client.company, branch: south, client: client.id }
      const open = await orderFromBefore(database, { ...past, status: 'open' })
      const closed = await orderFromBefore(database, { ...past, status: 'closed' })
      t.match(await owner.delete(`${one}?branch=${centre}`), {
        status: 409,
        body: { code: 'in_use', count: 1, used_by: { orders: 1 } },
      })
      await database.acrossCompanies((tx) => tx.delete(orders).where(eq(orders.id, open)))
      const events = await announcedBy(database, async () => {
        t.equal((await owner.delete(one)).status, 204)
      })
      t.ok(events.length > 0 && events.every(({ type }) => type === 'client_deleted'))
      t.equal((await orderRow(database, closed)).clientId, null)
    })

    await t.test('cooks have no business with clients, other companies even less', async (t) => {
      const { body } = await waiter.get<List<ClientRead>>(path)
      const one = `${path}${body.results[0]!.id}/`
      t.equal((await cafe.as('cook1').get(path)).status, 403)
      t.equal((await cafe.as('cook1').post(path, { name: 'x' })).status, 403)
      for (const method of ['get', 'delete'] as const) {
        t.equal((await cafe.as('owner2')[method](one)).status, 404)
      }
      t.equal((await cafe.as('owner2').patch(one, { name: 'x' })).status, 404)
    })
  }),
)
