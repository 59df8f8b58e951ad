import t from 'tap'
import type { Bill } from '../../../src/cafe/payments/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { isoInstant, missing } from '../people.ts'
import { cafeWithDesk, path, share } from './set-up.ts'

t.test('payments', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, owner, waiter, cashier, cook, ...desk } = await cafeWithDesk(t, kind)
    const { tables, tea, client, order, tableOf, tasksOf, read, lunch, moneyOf } = desk
    const { pay, payDebt, refund } = desk
    const types = (events: { type: string }[]) => events.map(({ type }) => type)

    await t.test('paying closes the order, frees the table and leaves the kitchen its work', async (t) => {
      const made = await lunch({ table: tables[0]!.id })
      let reply!: { status: number; body: Bill }
      const events = await announcedBy(database, async () => {
        reply = await pay(made.id, { payment_method: 'cash' })
      })
      t.equal(reply.status, 200)
      const { paid_at, ...bill } = reply.body
      t.match(paid_at, isoInstant)
      t.strictSame(bill, {
        id: made.id,
        status: 'closed',
        is_paid: true,
        payment_method: 'cash',
        total_amount: made.total_amount,
        discount_amount: '0.00',
        final_amount: made.final_amount,
        amount_due: '0.00',
        balance_due: '0.00',
        refunded_amount: '0.00',
        version: 2,
      })
      t.strictSame(types(events), ['order_updated', 'table_status_changed'])
      const after = await read(made.id)
      t.match(after, { ...bill, paid_at })
      t.strictSame(events[0]!.data.order, after)
      t.equal((await tableOf(tables[0]!.id)).status, 'free')
      t.strictSame(
        (await tasksOf(made.id)).map(({ status }) => status),
        ['pending', 'pending', 'pending'],
      )
      t.strictSame(await moneyOf(made.id), [`cash ${made.final_amount}`])
      const [task] = await tasksOf(made.id)
      t.equal((await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)).status, 200, 'still cooked')
    })

    await t.test('an order is paid once, and its bill is final', async (t) => {
      const made = await lunch({ table: tables[0]!.id })
      t.match(await pay(made.id, { payment_method: 'card', close_order: false }), {
        status: 200,
        body: { status: 'open', is_paid: true },
      })
      t.equal((await tableOf(tables[0]!.id)).status, 'busy', 'prepaid and still there')
      const refused = { status: 409, body: { code: 'already_paid', detail: 'Заказ уже оплачен.' } }
      t.match(await pay(made.id, { payment_method: 'cash' }), refused)
      t.match(await payDebt(made.id, { amount: '1.00' }), refused)
      const url = `${path}${made.id}/`
      t.match(await waiter.post(`${url}items/`, { menu_item: tea.id }), refused)
      t.match(await waiter.patch(`${url}items/${made.items[0]!.id}/`, { quantity: 1 }), refused)
      t.match(await waiter.patch(url, { items: [] }), refused)
      t.match(await waiter.patch(url, { discount_amount: '1.00' }), refused)
      t.match(await waiter.patch(url, { status: 'cancelled' }), refused, 'the money goes back first')
      t.match(await owner.delete(url), refused)
      t.match(await waiter.patch(url, { note: 'с собой' }), { status: 200, body: { note: 'с собой' } })
      t.match(await refund(made.id, { amount: made.final_amount }), {
        status: 200,
        body: { refunded_amount: made.final_amount, refund: { payment_method: 'card' } },
      })
      t.match(await waiter.patch(url, { status: 'cancelled' }), {
        status: 200,
        body: { status: 'cancelled', balance_due: '0.00' },
      })
      t.match(await pay(made.id, { payment_method: 'cash' }), {
        status: 409,
        body: { code: 'order_not_open' },
      })
    })

    await t.test('an order closed unpaid is paid later; reopened after payment it stays paid', async (t) => {
      const made = await lunch()
      await waiter.patch(`${path}${made.id}/`, { status: 'closed' })
      t.match(await pay(made.id, { payment_method: 'transfer' }), {
        status: 200,
        body: { is_paid: true, status: 'closed' },
      })
      t.match(await cashier.patch(`${path}${made.id}/`, { status: 'open' }), {
        status: 200,
        body: { status: 'open', is_paid: true, balance_due: '0.00' },
      })
      t.match(await pay(made.id, { payment_method: 'cash' }), { status: 409, body: { code: 'already_paid' } })
      t.match(await cashier.patch(`${path}${made.id}/`, { status: 'closed' }), { status: 200 })
    })

    await t.test('a discount at payment replaces the agreed one; left out, that one holds', async (t) => {
      const agreed = await lunch({ discount_amount: '5.55' })
      t.match(await pay(agreed.id, { payment_method: 'cash', discount_amount: '99999.00' }), {
        status: 400,
        body: { discount_amount: ['Скидка больше суммы заказа.'] },
      })
      t.match(await pay(agreed.id, { payment_method: 'cash' }), {
        status: 200,
        body: { discount_amount: '5.55', final_amount: agreed.final_amount },
      })
      const other = await lunch({ discount_amount: '5.55' })
      t.match(await pay(other.id, { payment_method: 'cash', discount_amount: 10 }), {
        status: 200,
        body: {
          discount_amount: '10.00',
          final_amount: formatMoney(parseMoney(other.total_amount) - 1000),
        },
      })
      const free = await lunch()
      const forNothing = { payment_method: 'cash', discount_amount: free.total_amount }
      t.match(await owner.post(`${path}${free.id}/pay/`, forNothing), {
        status: 200,
        body: { is_paid: true, final_amount: '0.00', balance_due: '0.00' },
      })
      t.strictSame(await moneyOf(free.id), [])
    })

    await t.test('a split adds up exactly', async (t) => {
      const made = await lunch()
      const half = share(made, 1 / 2)
      const rest = parseMoney(made.final_amount) - half
      const split = (...parts: [string, number][]) =>
        pay(made.id, {
          payment_method: 'split',
          payments: parts.map(([method, amount]) => ({ method, amount: formatMoney(amount) })),
        })
      t.match(await split(['cash', half], ['card', rest - 1]), { status: 400, body: { payments: [String] } })
      t.match(await split(['cash', half], ['card', rest + 1]), { status: 400, body: { payments: [String] } })
      t.match(await split(), { status: 400, body: { payments: [String] } })
      t.match(await split(['cash', half], ['debt', rest]), { status: 400, body: { client_id: [String] } })
      t.match(await pay(made.id, { payment_method: 'split', payments: [{ method: 'gold', amount: 1 }] }), {
        status: 400,
        body: { payments: [{ method: [String] }] },
      })
      t.match(await split(['cash', half], ['card', rest], ['transfer', 0]), {
        status: 200,
        body: { payment_method: 'split', is_paid: true },
      })
      t.strictSame(await moneyOf(made.id), [`cash ${formatMoney(half)}`, `card ${formatMoney(rest)}`].sort())
    })

    await t.test('the same idempotency_key is the same request', async (t) => {
      const made = await lunch({ client: client.id })
      const body = { payment_method: 'debt', pay_now: '1.00', idempotency_key: `pay-${made.id}` }
      const first = await pay(made.id, body)
      t.strictSame((await pay(made.id, body)).body, first.body)
      t.match(await pay(made.id, { ...body, pay_now: '2.00' }), {
        status: 422,
        body: { code: 'idempotency_key_reused' },
      })
      const other = await lunch({ client: client.id })
      t.match(await pay(other.id, body), { status: 422, body: { code: 'idempotency_key_reused' } })
      const part = { amount: '1.00', idempotency_key: `debt-${made.id}` }
      const paid = await payDebt(made.id, part)
      t.strictSame((await payDebt(made.id, part)).body, paid.body)
      t.strictSame(await moneyOf(made.id), ['cash 1.00', 'cash 1.00'])
      const back = { amount: '2.00', idempotency_key: `back-${made.id}` }
      const refunded = await refund(made.id, back)
      t.equal(refunded.status, 200)
      t.strictSame((await refund(made.id, back)).body, refunded.body)
      t.equal((await read(made.id)).refunded_amount, '2.00')
      t.match(await pay(other.id, { payment_method: 'cash', idempotency_key: '' }), { status: 400 })
      t.match(await pay(other.id, { payment_method: 'cash', idempotency_key: null }), { status: 200 })
    })

    await t.test('a bill that changed since it was read is not settled', async (t) => {
      const made = await lunch()
      await waiter.post(`${path}${made.id}/items/`, { menu_item: tea.id })
      const headers = { 'if-match': `W/"${made.version}"` }
      const url = `${path}${made.id}/`
      for (const [command, body] of [
        ['pay', { payment_method: 'cash' }],
        ['split', { items: [{ id: made.items[0]!.id, quantity: 1 }] }],
        ['merge', { order: (await order()).id }],
        ['move', { table: tables[0]!.id }],
      ] as const) {
        t.match(await waiter.post(`${url}${command}/`, body, { headers }), {
          status: 412,
          body: { code: 'version_conflict', current: { id: made.id, version: 2 } },
        })
      }
      const now = { headers: { 'if-match': 'W/"2"' } }
      t.equal((await waiter.post(`${url}pay/`, { payment_method: 'cash' }, now)).status, 200)
    })

    await t.test('who may: waiters and the desk take money, the desk gives it back', async (t) => {
      const made = await lunch()
      const cash = { payment_method: 'cash' }
      t.equal((await cook.post(`${path}${made.id}/pay/`, cash)).status, 403)
      t.equal((await cafe.as('waiter2').post(`${path}${made.id}/pay/`, cash)).status, 404)
      t.equal((await cafe.as('owner2').post(`${path}${made.id}/pay/`, cash)).status, 404)
      t.equal((await cafe.withToken().post(`${path}${made.id}/pay/`, cash)).status, 401)
      t.equal((await waiter.post(`${path}${missing}/pay/`, cash)).status, 404)
      t.equal((await waiter.post(`${path}${made.id}/pay/`, cash)).status, 200)
      t.equal((await waiter.post(`${path}${made.id}/refund/`, { amount: '1.00' })).status, 403)
      t.equal((await owner.post(`${path}${made.id}/refund/`, { amount: '1.00' })).status, 200)
      t.match(await pay(made.id, {}), { status: 400, body: { payment_method: ['Обязательное поле.'] } })
      t.match(await pay(made.id, { payment_method: 'cheque' }), {
        status: 400,
        body: { payment_method: [String] },
      })
      t.match(await pay(made.id, { payment_method: 'cash', discount_amount: '1.005' }), {
        status: 400,
        body: { discount_amount: [String] },
      })
    })

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
