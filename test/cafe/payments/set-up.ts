import { eq } from 'drizzle-orm'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { Bill, RefundedBill } from '../../../src/cafe/payments/schema.ts'
import { payments } from '../../../src/db/schema/index.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import type { DatabaseKind } from '../../support/database.ts'
import type { Teardown } from '../../support/teardown.ts'
import type { List } from '../people.ts'
import { ordersPath as path, startService } from '../service.ts'

export { path }

/** A part of a bill, in minor units. */
export const share = (made: OrderRead, part: number) => Math.floor(parseMoney(made.final_amount) * part)

/** A café with a desk: orders to be paid, and short ways to take money and to give it back. */
export async function cafeWithDesk(t: Teardown, kind: DatabaseKind) {
  const service = await startService(t, kind)
  const { database, waiter, cashier, soup, tea } = service
  const client = (await waiter.get<List<{ id: string; name: string }>>('/api/cafe/clients/')).body.results[0]!
  return {
    ...service,
    client,
    lunch: (body: object = {}) =>
      service.order({ items: [{ menu_item: soup.id, quantity: 2 }, { menu_item: tea.id }], ...body }),
    pay: (id: string, body: object) => cashier.post<Bill>(`${path}${id}/pay/`, body),
    payDebt: (id: string, body: object) => cashier.post<Bill>(`${path}${id}/pay-debt/`, body),
    refund: (id: string, body: object) => cashier.post<RefundedBill>(`${path}${id}/refund/`, body),
    refundItem: (id: string, body: object) => cashier.post<RefundedBill>(`${path}${id}/refund-item/`, body),
    /** What was taken for an order: `cash 1.00`. */
    moneyOf: async (id: string) =>
      (await database.acrossCompanies((tx) => tx.select().from(payments).where(eq(payments.orderId, id))))
        .map(({ method, amount }) => `${method} ${formatMoney(amount)}`)
        .sort(),
  }
}
