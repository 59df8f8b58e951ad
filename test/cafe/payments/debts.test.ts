import t from 'tap'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { isoInstant, missing } from '../people.ts'
import { cafeWithDesk, share } from './set-up.ts'

t.test('debts', (t) =>
  onBoth(t, async (t, kind) => {
    const { client, read, lunch, pay, payDebt, moneyOf } = await cafeWithDesk(t, kind)

    await t.test('a debt needs a client and is paid off in parts', async (t) => {
      const made = await lunch()
      t.match(await pay(made.id, { payment_method: 'debt' }), {
        status: 400,
        body: { client_id: ['Для оплаты в долг нужен клиент.'] },
      })
      t.match(await pay(made.id, { payment_method: 'debt', client_id: missing }), {
        status: 400,
        body: { client_id: [/не существует/] },
      })
      const now = share(made, 1 / 3)
      const owed = parseMoney(made.final_amount) - now
      t.match(
        await pay(made.id, { payment_method: 'debt', client_id: client.id, pay_now: formatMoney(now) }),
        {
          status: 200,
          body: {
            status: 'closed',
            is_paid: false,
            paid_at: null,
            payment_method: 'debt',
            balance_due: formatMoney(owed),
          },
        },
      )
      t.match(await read(made.id), { client: client.id, balance_due: formatMoney(owed), is_paid: false })
      t.match(await pay(made.id, { payment_method: 'cash' }), {
        status: 409,
        body: { code: 'order_on_debt', balance_due: formatMoney(owed) },
      })
      t.match(await payDebt(made.id, { amount: formatMoney(owed + 1) }), {
        status: 400,
        body: { amount: [new RegExp(formatMoney(owed))] },
      })
      t.match(await payDebt(made.id, { amount: '0.00' }), { status: 400, body: { amount: [/0\.01/] } })
      t.match(await payDebt(made.id, {}), { status: 400, body: { amount: ['Обязательное поле.'] } })
      t.match(await payDebt(made.id, { amount: '1.00', payment_method: 'debt' }), {
        status: 400,
        body: { payment_method: [String] },
      })
      t.match(await payDebt(made.id, { amount: '1.00', payment_method: 'card' }), {
        status: 200,
        body: { is_paid: false, balance_due: formatMoney(owed - 100) },
      })
      t.match(await payDebt(made.id, { amount: formatMoney(owed - 100) }), {
        status: 200,
        body: { is_paid: true, paid_at: isoInstant, balance_due: '0.00', payment_method: 'debt' },
      })
      t.match(await payDebt(made.id, { amount: '1.00' }), { status: 409, body: { code: 'already_paid' } })
      const unpaid = await lunch()
      t.match(await payDebt(unpaid.id, { amount: '1.00' }), { status: 409, body: { code: 'no_debt' } })
    })

    await t.test('less than what is due, paid now, leaves a debt', async (t) => {
      const made = await lunch({ client: client.id })
      t.match(await pay(made.id, { payment_method: 'card', pay_now: '999999.00' }), {
        status: 400,
        body: { pay_now: [String] },
      })
      t.match(await pay(made.id, { payment_method: 'card', pay_now: '1.00' }), {
        status: 200,
        body: { is_paid: false, payment_method: 'debt' },
      })
      t.strictSame(await moneyOf(made.id), ['card 1.00'])
    })
  }),
)
