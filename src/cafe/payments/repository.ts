import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { moneyRequests, payments, refunds } from '../../db/schema/index.ts'
import { ApiError } from '../../http/errors.ts'

/** The stored answer of a repeated request, or null; a key belongs to one request of a company. */
export async function findRequest(
  tx: Tx,
  companyId: string,
  key: string,
): Promise<{ orderId: string; request: string; answer: string } | null> {
  const [row] = await tx
    .select({
      orderId: moneyRequests.orderId,
      request: moneyRequests.request,
      answer: moneyRequests.answer,
    })
    .from(moneyRequests)
    .where(and(eq(moneyRequests.companyId, companyId), eq(moneyRequests.key, key)))
  return row ?? null
}

/** @throws ApiError `idempotency_key_reused` when a request of another order used the key first */
export async function saveRequest(tx: Tx, row: typeof moneyRequests.$inferInsert): Promise<void> {
  await tx
    .insert(moneyRequests)
    .values(row)
    .catch((error: unknown) => {
      throw brokenUnique(error) === null ? error : new ApiError('idempotency_key_reused')
    })
}

export async function savePayments(tx: Tx, rows: readonly (typeof payments.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(payments).values([...rows])
}

export async function saveRefund(tx: Tx, row: typeof refunds.$inferInsert): Promise<void> {
  await tx.insert(refunds).values(row)
}
