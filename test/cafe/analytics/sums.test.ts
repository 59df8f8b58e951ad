import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { shareOfUnits } from '../../../src/cafe/payments/rules.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { prorate } from '../../../src/money/prorate.ts'
import { onBoth } from '../../support/database.ts'
import { cafeThatSells } from './set-up.ts'

const sumOf = (amounts: readonly string[]): string =>
  formatMoney(amounts.reduce((sum, amount) => sum + parseMoney(amount), 0))

t.test('the sums of sales', (t) =>
  onBoth(t, async (t, kind) => {
    const clock = () => new Date('2024-06-10T12:00:00.000Z')
    const { order, summary, items, categories, act, ...menu } = await cafeThatSells(t, { kind, clock })
    const { soup, tea, bread, cake } = menu

    await t.test('every bill adds up to the minor unit, whatever was taken off and given back', async (t) => {
      const expected = new Map<string, number>()
      const add = (dish: string, amount: number) => expected.set(dish, (expected.get(dish) ?? 0) + amount)
      for (let round = 0; round < 12; round++) {
        const made = await order({
          items: [
            { menu_item: soup, quantity: 1 + (round % 3) },
            { menu_item: bread, quantity: 1 + (round % 7) },
            { menu_item: tea, quantity: 1 + ((round * 5) % 4) },
            { menu_item: cake, quantity: 3 },
          ],
        })
        const total = parseMoney(made.total_amount)
        const discount = Math.floor((total * ((round * 37) % 101)) / 100)
        await act(made.id, 'pay', { payment_method: 'cash', discount_amount: formatMoney(discount) })
        for (const [dish, amount] of await kept(made, total - discount, round)) add(dish, amount)
      }
      const day = 'date_from=2024-06-10&date_to=2024-06-10'
      const sold = (await items(day)).results
      t.strictSame(
        Object.fromEntries(sold.map((row) => [row.menu_item, row.revenue])),
        Object.fromEntries([...expected].map(([dish, amount]) => [dish, formatMoney(amount)])),
      )
      const whole = await summary(day)
      for (const rows of [sold, (await categories(day)).results]) {
        t.equal(sumOf(rows.map(({ revenue }) => revenue)), whole.net_total)
        t.equal(sumOf(rows.map(({ discount_total }) => discount_total)), whole.discount_total)
        t.equal(sumOf(rows.map(({ refund_total }) => refund_total)), whole.refund_total)
        t.equal(sumOf(rows.map(({ gross_total }) => gross_total)), whole.gross_total)
        t.equal(sumOf(rows.map(({ share }) => share)), '100.00')
      }
      const moved = whole.payment_methods.map(({ net_total }) => net_total)
      t.equal(sumOf([...moved, whole.balance_due]), whole.net_total)
    })

    /** Gives back a unit of the second line, and a sum just so; says what the lines keep, by the rules of the bill. */
    async function kept(made: OrderRead, final: number, round: number): Promise<[string, number][]> {
      const lines = made.items.map(({ menu_item_price: price, quantity }) => ({
        price: parseMoney(price),
        quantity,
        saleUnit: 'pcs' as const,
      }))
      const nets = prorate(
        final,
        lines.map(({ price, quantity }) => price * quantity),
      )
      const unit = shareOfUnits(lines, 2, final, 0, 1)
      if (final > 0) await act(made.id, 'refund-item', { order_item_id: made.items[2]!.id, quantity: 1 })
      const left = nets.map((net, place) => net - (place === 2 ? unit : 0))
      const justSo = Math.floor(((final - unit) * ((round * 29) % 97)) / 100)
      if (justSo > 0) await act(made.id, 'refund', { amount: formatMoney(justSo) })
      const back = prorate(justSo, left)
      return made.items.map(({ menu_item }, place) => [menu_item!, left[place]! - back[place]!])
    }
  }),
)
