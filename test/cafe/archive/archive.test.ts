import t from 'tap'
import type { ArchivedOrder } from '../../../src/cafe/archive/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import { isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('the archive of bills', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { tables, dishes, order } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const client = (await waiter.get<List<{ id: string; name: string }>>('/api/cafe/clients/')).body
      .results[0]!
    const history = async (query = '') =>
      (await waiter.get<List<ArchivedOrder>>(`${path}history/?${query}`)).body.results
    const ids = async (query = '') => (await history(query)).map(({ id }) => id)
    const patch = (id: string, body: object) => waiter.patch<OrderRead>(`${path}${id}/`, body)

    await t.test('a finished order leaves its bill, with the titles and prices of the day', async (t) => {
      const made = await order({
        table: tables[0]!.id,
        client: client.id,
        discount_amount: '1.00',
        items: [{ menu_item: soup.id, quantity: 2, note: 'острый' }, { menu_item: tea.id }],
      })
      t.strictSame(await ids(), [], 'not while it is open')
      const { body: closed } = await patch(made.id, { status: 'closed' })
      await owner.patch(`/api/cafe/menu-items/${soup.id}/`, { price: '1.00', title: 'Суп дня' })
      await owner.patch(`/api/cafe/clients/${client.id}/`, { name: 'Другое имя' })
      const [bill] = await history()
      const { items, deleted_at, archived_at, original_order_id, ...rest } = bill!
      const { items: lines, ...fields } = closed
      t.strictSame(rest, fields)
      t.strictSame(
        items,
        lines.map(({ tasks: _, ...line }) => line),
      )
      t.match([deleted_at, archived_at, original_order_id], [null, isoInstant, made.id])

      await patch(made.id, { note: 'забыли зонт' })
      t.match(await history(), [{ id: made.id, note: 'забыли зонт' }])
      await owner.patch(`${path}${made.id}/`, { status: 'open' })
      t.strictSame(await ids(), [], 'nor when it is reopened')
      await patch(made.id, { status: 'cancelled' })
      t.match(await history(), [{ id: made.id, status: 'cancelled' }])
    })

    await t.test('a deleted order leaves its bill, and its payments', async (t) => {
      const made = await order({ client: client.id, items: [{ menu_item: tea.id }] })
      await waiter.post(`${path}${made.id}/pay/`, { payment_method: 'card' })
      t.equal((await owner.delete(`${path}${made.id}/`)).status, 204)
      t.equal((await owner.get(`${path}${made.id}/`)).status, 404)
      t.match(await history('status=closed'), [
        {
          id: made.id,
          original_order_id: null,
          deleted_at: isoInstant,
          is_paid: true,
          items: [{ menu_item: tea.id }],
        },
      ])
      const own = `/api/cafe/clients/${client.id}/`
      t.match((await waiter.get(`${own}orders/history/`)).body, { count: 1, results: [{ id: made.id }] })
      t.match((await waiter.get(own)).body, { history: [{ id: made.id, total_amount: tea.price }] })
      t.equal((await waiter.get(`/api/cafe/clients/${missing}/orders/history/`)).status, 404)

      const open = await order({ items: [{ menu_item: tea.id }] })
      await owner.delete(`${path}${open.id}/`)
      t.match(await history(`number=${open.number}`), [{ id: open.id, status: 'cancelled' }])
    })

    await t.test('bills are found by what they say', async (t) => {
      const made = await order({ table: tables[1]!.id, items: [{ menu_item: tea.id }] })
      await waiter.post(`${path}${made.id}/pay/`, { payment_method: 'cash' })
      t.strictSame(await ids('payment_method=cash'), [made.id])
      t.strictSame(await ids(`table=${tables[1]!.id}`), [made.id])
      t.strictSame(await ids(`search=${tables[1]!.number}&payment_method=cash`), [made.id])
      t.ok((await ids('is_paid=1')).includes(made.id))
      t.notOk((await ids('is_paid=0')).includes(made.id))
      t.ok((await ids(`date_from=${made.business_day}&date_to=${made.business_day}`)).includes(made.id))
      t.strictSame(await ids('date_to=2020-01-01'), [])
      t.strictSame((await ids('ordering=number'))[0], (await ids()).at(-1))
      t.match(await waiter.get(`${path}history/?date_from=вчера`), {
        status: 400,
        body: { date_from: [/^Введите дату и время в формате ISO 8601/] },
      })
      t.match(await waiter.get(`${path}history/?payment_method=gold`), {
        status: 400,
        body: { payment_method: [String] },
      })
      const elsewhere = cafe.as('waiter2').get<List<ArchivedOrder>>(`${path}history/`)
      t.strictSame((await elsewhere).body.results, [], 'another branch')
      t.strictSame((await cafe.as('owner2').get<List<ArchivedOrder>>(`${path}history/`)).body.results, [])
      t.ok((await owner.get<List<ArchivedOrder>>(`${path}history/`)).body.results.length >= 4)
    })

    await t.test('the books are in order', () => checkBooks(cafe.database))
  }),
)
