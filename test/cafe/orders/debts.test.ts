import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('a client who owes is not lost', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter, cashier] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cashier1')]
    const { dishes, tables, order } = await serviceOf(waiter)
    const newClient = async (name: string) =>
      (await owner.post<{ id: string }>('/api/cafe/clients/', { name })).body.id
    const lunch = (body: object = {}) => order({ items: [{ menu_item: dishes[0]!.id }], ...body })
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const putOnDebt = (id: string, body: object = {}) =>
      cashier.post(`${path}${id}/pay/`, { payment_method: 'debt', ...body })

    await t.test('neither the client nor the order goes away before the debt is paid', async (t) => {
      const [client, other] = [await newClient('Должник'), await newClient('Другой')]
      const made = await lunch({ client })
      const second = await lunch({ client, table: tables[0]!.id })
      await putOnDebt(made.id)
      await putOnDebt(second.id, { prepaid_amount: '1.00' })
      const owed = parseMoney(made.final_amount) * 2 - 100
      const url = `${path}${made.id}/`
      t.match(await owner.delete(`/api/cafe/clients/${client}/`), {
        status: 409,
        body: {
          code: 'client_owes',
          detail: new RegExp(formatMoney(owed).replace('.', '\\.')),
          client,
          balance_due: formatMoney(owed),
          orders: [{ id: made.id, number: made.number, balance_due: made.final_amount }, { id: second.id }],
        },
      })
      const onDebt = {
        status: 409,
        body: { code: 'order_on_debt', balance_due: made.final_amount, order: made.id, client },
      }
      t.match(await waiter.patch(url, { client: null }), onDebt)
      t.match(await waiter.patch(url, { client: other }), onDebt)
      t.match(await owner.delete(url), onDebt)
      t.match(await putOnDebt(made.id, { client_id: other }), onDebt)
      t.match(await cashier.patch(url, { status: 'open' }), { status: 200 })
      t.match(await waiter.patch(url, { client: null }), onDebt, 'reopened')
      t.match(await waiter.patch(url, { status: 'cancelled' }), onDebt)
      t.match(await owner.delete(url), onDebt)
      const source = await lunch()
      t.match(await waiter.post(`${path}${source.id}/merge/`, { order: made.id }), {
        status: 409,
        body: { code: 'already_paid' },
      })
      t.match(await waiter.post(`${path}${source.id}/merge/`, { order: second.id }), { status: 409 })
      t.match(await waiter.post(`${url}split/`, { items: [{ id: made.items[0]!.id }] }), { status: 409 })
      t.match(await read(made.id), { client, balance_due: made.final_amount })
      t.match(await waiter.patch(url, { client, note: 'обещал завтра', status: 'closed' }), { status: 200 })

      t.match(await cashier.post(`${url}pay-debt/`, { amount: made.final_amount }), { status: 200 })
      t.match(await waiter.patch(url, { client: null }), { status: 200, body: { client: null } })
      t.match(await owner.delete(url), { status: 204 })
      t.match(await owner.delete(`/api/cafe/clients/${client}/`), {
        status: 409,
        body: { code: 'client_owes', orders: [{ id: second.id }] },
      })
      const rest = formatMoney(parseMoney(second.final_amount) - 100)
      await cashier.post(`${path}${second.id}/pay-debt/`, { amount: rest })
      t.match(await owner.delete(`/api/cafe/clients/${client}/`), { status: 204 }, 'a settled one is free')
    })

    await t.test('deleting a client while an order of theirs is put on debt: one of the two', async (t) => {
      for (let round = 0; round < 8; round++) {
        const client = await newClient(`Спешащий ${round}`)
        const named = round % 2 === 0
        const made = await lunch(named ? { client } : {})
        await waiter.patch(`${path}${made.id}/`, { status: 'closed' })
        const [debt, deleted] = await Promise.all([
          putOnDebt(made.id, named ? {} : { client_id: client }),
          owner.delete(`/api/cafe/clients/${client}/`),
        ])
        const after = await read(made.id)
        if (debt.status === 200) {
          t.match([deleted.status, after.client], [409, client])
          t.equal(after.balance_due, made.final_amount)
        } else {
          t.match([debt.status, deleted.status, after.payment_method], [400, 204, ''])
        }
      }
    })
  }),
)
