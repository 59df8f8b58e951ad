import { and, eq, inArray, sql } from 'drizzle-orm'
import { allows } from '../../../accounts/permissions.ts'
import type { CafeActor } from '../../../accounts/actor.ts'
import type { Tx } from '../../../db/database.ts'
import { orderItems, orderReadings, orders } from '../../../db/schema.ts'
import { isLive } from '../rules.ts'
import type { OrderRead } from '../schema.ts'
import type { ItemRow, OrderChange, OrderState, Reading } from '../state.ts'
import { isComplete, readingOf } from './rules.ts'

type Lines = (typeof orderReadings.$inferSelect)['lines']

/**
 * Notes which orders a login has just been answered with, where it may change them. Writes only what is news: an order
 * that is read again and again as it is costs nothing. An order that has changed since the answer was put together is left
 * out, so that nothing counts as read that the answer did not show.
 */
export async function noteReadings(tx: Tx, actor: CafeActor, answered: readonly OrderRead[]): Promise<void> {
  const open = answered.filter(({ status }) => status === 'open')
  if (open.length === 0 || !allows(actor.role, 'orders.write')) return
  const { companyId } = actor.scope
  await tx.execute(sql`
    insert into ${orderReadings} as r (company_id, order_id, session_id, version, complete, lines)
    select o.company_id, o.id, ${actor.sessionId}::uuid, o.version, true, coalesce((
      select jsonb_object_agg(i.id, jsonb_build_array(i.menu_item_id, i.quantity, i.note))
      from ${orderItems} i where i.company_id = o.company_id and i.order_id = o.id and i.removed_at is null
    ), '{}')
    from unnest(
      ${sql.param(open.map(({ id }) => id))}::uuid[], ${sql.param(open.map(({ version }) => version))}::int[]
    ) as w (id, version)
    join ${orders} o on o.company_id = ${companyId}::uuid and o.id = w.id and o.version = w.version
    left join ${orderReadings} n
      on n.company_id = o.company_id and n.order_id = o.id and n.session_id = ${actor.sessionId}::uuid
    where o.status = 'open' and (n.version is null or n.version < o.version or not n.complete)
    order by o.id
    on conflict (company_id, order_id, session_id) do update
    set version = excluded.version, complete = true, lines = excluded.lines
    where r.version < excluded.version or (r.version = excluded.version and not r.complete)`)
}

/** An order as a login last read or wrote it; null when it never did. */
export async function findReading(tx: Tx, actor: CafeActor, orderId: string): Promise<Reading | null> {
  const [row] = await tx
    .select({ lines: orderReadings.lines })
    .from(orderReadings)
    .where(
      and(
        eq(orderReadings.companyId, actor.scope.companyId),
        eq(orderReadings.orderId, orderId),
        eq(orderReadings.sessionId, actor.sessionId),
      ),
    )
  if (!row) return null
  return new Map(
    Object.entries(row.lines).map(([id, [menuItemId, quantity, note]]) => [
      id,
      { menuItemId, quantity, note },
    ]),
  )
}

/**
 * Notes what the login that makes changes knows by them: what it changed itself, to what it had read before. A login
 * without a reading (it knows the order from events) gets one of the whole order. Of orders that are no longer open
 * nothing is remembered.
 */
export function* writeReadings(
  tx: Tx,
  sessionId: string,
  changes: readonly OrderChange[],
): Generator<Promise<unknown>> {
  const over = changes.flatMap(({ before, after }) =>
    before?.order.status === 'open' && after?.order.status !== 'open' ? [before.order] : [],
  )
  if (over.length > 0) {
    const ids = over.map(({ id }) => id)
    yield tx
      .delete(orderReadings)
      .where(and(eq(orderReadings.companyId, over[0]!.companyId), inArray(orderReadings.orderId, ids)))
      .execute()
  }
  for (const change of changes) {
    const { before, after } = change
    if (after?.order.status === 'open' && after.items !== before?.items)
      yield writeReading(tx, sessionId, { ...change, before, after })
  }
}

async function writeReading(
  tx: Tx,
  sessionId: string,
  { before, after, reading }: OrderChange & { after: OrderState },
): Promise<void> {
  const { companyId, id: orderId, version } = after.order
  const row = {
    companyId,
    orderId,
    sessionId,
    version,
    complete: reading ? isComplete(reading, after) : true,
    lines: linesOf(reading ?? readingOf(after)),
  }
  const target = [orderReadings.companyId, orderReadings.orderId, orderReadings.sessionId]
  if (reading) {
    const { complete, lines } = row
    await tx
      .insert(orderReadings)
      .values(row)
      .onConflictDoUpdate({ target, set: { version, complete, lines } })
    return
  }
  const { changed, gone } = ownChanges(before?.items ?? [], after.items)
  const lines = JSON.stringify(linesOf(new Map(changed.map((item) => [item.id, item]))))
  const kept = sql`${orderReadings.complete} and ${orderReadings.version} = ${before?.order.version ?? 0}`
  await tx
    .insert(orderReadings)
    .values(row)
    .onConflictDoUpdate({
      target,
      set: {
        version,
        complete: sql`${kept}`,
        lines: sql`(${orderReadings.lines} || ${lines}::jsonb) - ${sql.param(gone)}::text[]`,
      },
    })
}

/** The lines a change made or altered, and the ids of those it took off or away. */
function ownChanges(before: readonly ItemRow[], after: readonly ItemRow[]) {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.filter(isLive).map(({ id }) => id))
  return {
    changed: after.filter((item) => isLive(item) && old.get(item.id) !== item),
    gone: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  }
}

const linesOf = (reading: Reading): Lines =>
  Object.fromEntries(
    [...reading].map(([id, { menuItemId, quantity, note }]) => [id, [menuItemId, quantity, note]]),
  )
