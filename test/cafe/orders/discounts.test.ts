import t from 'tap'
import type { ArchivedOrder } from '../../../src/cafe/archive/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { SplitReply } from '../../../src/cafe/orders/merge-split/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import type { Caller } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('who may give how much of a discount', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, admin, waiter, cashier] = [
      cafe.as('owner'),
      cafe.as('admin'),
      cafe.as('waiter1'),
      cafe.as('cashier1'),
    ]
    const { dishes, order } = await serviceOf(waiter)
    const items = [
      { menu_item: dishes[0]!.id, quantity: 2 },
      { menu_item: dishes[1]!.id, quantity: 2 },
    ]
    const lunch = (body: object = {}) => order({ items, ...body })
    const total = parseMoney((await lunch()).total_amount)
    const part = (percent: number, of = total) => formatMoney(Math.round((of * percent) / 100))
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const patch = (who: Caller, id: string, body: object) => who.patch<OrderRead>(`${path}${id}/`, body)
    const aboveLimit = (percent: number, limit = part(percent)) => ({
      status: 403,
      body: {
        code: 'discount_above_limit',
        limit,
        limit_percent: percent,
        detail: /Скидка больше допустимой/,
      },
    })

    await t.test('every way to give one has the limit of the role', async (t) => {
      const ways: [
        string,
        (who: Caller, discount_amount: string) => Promise<{ status: number; body: unknown }>,
      ][] = [
        ['POST', (who, discount_amount) => who.post(path, { items, discount_amount })],
        ['PATCH', async (who, discount_amount) => patch(who, (await lunch()).id, { discount_amount })],
        [
          'pay',
          async (who, discount_amount) =>
            who.post(`${path}${(await lunch()).id}/pay/`, { payment_method: 'cash', discount_amount }),
        ],
        [
          'PATCH that closes',
          async (who, discount_amount) =>
            patch(who, (await lunch()).id, { discount_amount, status: 'closed' }),
        ],
      ]
      for (const [way, give] of ways) {
        t.match(await give(waiter, part(100)), aboveLimit(10), `${way}: a bill for nothing`)
        t.match(await give(waiter, formatMoney(parseMoney(part(10)) + 1)), aboveLimit(10), way)
        t.match(await give(cashier, formatMoney(parseMoney(part(30)) + 1)), aboveLimit(30), way)
        t.ok((await give(waiter, part(10))).status < 300, `${way}: a waiter gives 10 %`)
        t.ok((await give(cashier, part(30))).status < 300, `${way}: a cashier gives 30 %`)
        t.ok((await give(admin, part(100))).status < 300 || way === 'POST', `${way}: an admin gives all`)
      }
      t.match(await waiter.post(path, { items, discount_amount: part(200) }), {
        status: 400,
        body: { discount_amount: ['Скидка больше суммы заказа.'] },
      })
    })

    await t.test(
      'a larger one given by somebody else stays, and does not grow with less on the bill',
      async (t) => {
        const made = await lunch()
        await patch(admin, made.id, { discount_amount: part(50), discount_reason: 'друг хозяина' })
        t.match(await patch(waiter, made.id, { discount_amount: part(50), note: 'у окна' }), {
          status: 200,
          body: { discount_amount: part(50), discount_reason: 'друг хозяина' },
        })
        t.match(await patch(waiter, made.id, { discount_amount: part(51) }), aboveLimit(10))
        const url = `${path}${made.id}/items/${made.items[1]!.id}/`
        const less = parseMoney(made.items[0]!.line_total)
        const shrunk =
          parseMoney(part(50)) > less
            ? { status: 400, body: { discount_amount: [String] } }
            : aboveLimit(10, part(10, less))
        t.match(await waiter.delete(url), shrunk, 'the same discount on a smaller bill')
        t.match(await waiter.patch(`${path}${made.id}/items/${made.items[1]!.id}/`, { quantity: 1 }), {
          status: 403,
        })
        t.match(await waiter.post(`${path}${made.id}/items/`, items[0]!), { status: 201 }, 'more on the bill')
        const split = await waiter.post<SplitReply>(`${path}${made.id}/split/`, {
          items: [{ id: made.items[0]!.id, quantity: 1 }],
        })
        t.equal(split.status, 201, 'divided in proportion')
        const { order: rest, new_order: other } = split.body
        t.match(other, { discount_reason: 'друг хозяина' })
        t.match(await waiter.post(`${path}${rest.id}/merge/`, { order: other.id }), {
          status: 200,
          body: { discount_amount: part(50) },
        })
        t.match(
          await waiter.post(`${path}${made.id}/pay/`, { payment_method: 'cash', discount_amount: '0' }),
          {
            status: 200,
            body: { discount_amount: part(50) },
          },
        )
      },
    )

    await t.test('the company sets the limits', async (t) => {
      const company = '/api/users/company/'
      t.match(await owner.get(company), { body: { discount_limits: { waiter: 10, cashier: 30 } } })
      t.match(await owner.patch(company, { discount_limits: { waiter: 101 } }), {
        status: 400,
        body: { discount_limits: { waiter: [String] } },
      })
      t.match(await admin.patch(company, { discount_limits: { waiter: 100 } }), { status: 403 })
      t.match(await owner.patch(company, { discount_limits: { waiter: 0 } }), {
        status: 200,
        body: { discount_limits: { waiter: 0, cashier: 30 } },
      })
      t.match(await waiter.post(path, { items, discount_amount: '0.01' }), aboveLimit(0, '0.00'))
      t.match(await cashier.post(path, { items, discount_amount: part(30) }), { status: 201 })
      t.match(await owner.patch(company, { discount_limits: { waiter: 10 } }), { status: 200 })
    })

    await t.test('the reason is kept on the order, in its history and in the audit log', async (t) => {
      const made = await lunch({ discount_amount: '1.00', discount_reason: ' долго ждали ' })
      t.equal(made.discount_reason, 'долго ждали')
      t.match(await patch(waiter, made.id, { discount_amount: '0.00' }), { body: { discount_reason: '' } })
      const body = { payment_method: 'cash', discount_amount: '1.00', discount_reason: 'день рождения' }
      t.match(await waiter.post(`${path}${made.id}/pay/`, body), { status: 200 })
      t.match(await read(made.id), { discount_amount: '1.00', discount_reason: 'день рождения' })
      t.match(await patch(waiter, made.id, { discount_reason: 'нет' }), {
        status: 409,
        body: { code: 'order_not_open' },
      })
      const history = (await owner.get<List<ArchivedOrder>>(`${path}history/`)).body.results
      t.equal(history.find(({ id }) => id === made.id)!.discount_reason, 'день рождения')
      const log = (await owner.get<List<{ after: object }>>(`/api/cafe/audit-log/?order=${made.id}`)).body
        .results
      t.ok(
        log.some(({ after }) => JSON.stringify(after).includes('"discount_reason":"день рождения"')),
        'the audit log says it',
      )
    })
  }),
)
