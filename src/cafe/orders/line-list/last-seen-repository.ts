import { and, eq, inArray, sql } from 'drizzle-orm'
import { allows } from '../../../accounts/permissions.ts'
import type { CafeActor } from '../../../accounts/actor.ts'
import type { Tx } from '../../../db/database.ts'
import { orderReadings } from '../../../db/schema/index.ts'
import { isLive } from '../rules.ts'
import { parseMoney } from '../../../money/money.ts'
import { measure, thousandthsOf } from '../../quantities.ts'
import { subjectOf } from '../requested-lines.ts'
import type { OrderItemRead, OrderRead } from '../schema.ts'
import type { ItemRow, OrderChange, OrderState, Reading } from '../order-state.ts'
import { known } from './seen-lines.ts'
import type { NotedReading } from './seen-lines.ts'
import { isComplete } from './rules.ts'

type Lines = (typeof orderReadings.$inferSelect)['lines']

const target = [orderReadings.companyId, orderReadings.orderId, orderReadings.sessionId]

/**
 * Records what an answer showed a session of the orders that it may change: exactly what is in the answer, even if
 * the orders have changed since. Writes only differences: reading an unchanged order again costs one query.
 */
export async function noteReadings(tx: Tx, actor: CafeActor, answered: readonly OrderRead[]): Promise<void> {
  const open = answered.filter(({ status }) => status === 'open')
  if (open.length === 0 || !allows(actor, 'orders.write')) return
  const { companyId } = actor.scope
  const noted = await tx
    .select({ orderId: orderReadings.orderId, version: orderReadings.version })
    .from(orderReadings)
    .where(
      and(
        eq(orderReadings.companyId, companyId),
        inArray(
          orderReadings.orderId,
          open.map(({ id }) => id),
        ),
        eq(orderReadings.sessionId, actor.sessionId),
        eq(orderReadings.complete, true),
      ),
    )
  const versions = new Map(noted.map(({ orderId, version }) => [orderId, version]))
  const changed = open.filter(({ id, version }) => (versions.get(id) ?? 0) < version)
  if (changed.length === 0) return
  // in a fixed order, so that two requests of one session cannot deadlock
  changed.sort((a, b) => (a.id < b.id ? -1 : 1))
  await tx
    .insert(orderReadings)
    .values(
      changed.map(({ id, version, items }) => ({
        companyId,
        orderId: id,
        sessionId: actor.sessionId,
        version,
        complete: true,
        lines: Object.fromEntries(items.map((line) => [line.id, asKnown(line)])),
      })),
    )
    .onConflictDoUpdate({
      target,
      set: { version: sql`excluded.version`, complete: true, lines: sql`excluded.lines` },
      setWhere: sql`${orderReadings.version} < excluded.version
        or (${orderReadings.version} = excluded.version and not ${orderReadings.complete})`,
    })
}

/** An order as a session last read or wrote it; null if it never did. */
export async function findReading(tx: Tx, actor: CafeActor, orderId: string): Promise<NotedReading | null> {
  const [row] = await tx
    .select({ version: orderReadings.version, lines: orderReadings.lines })
    .from(orderReadings)
    .where(
      and(
        eq(orderReadings.companyId, actor.scope.companyId),
        eq(orderReadings.orderId, orderId),
        eq(orderReadings.sessionId, actor.sessionId),
      ),
    )
  if (!row) return null
  const lines = new Map(
    Object.entries(row.lines).map(([id, [subject, quantity, note]]) => [id, { subject, quantity, note }]),
  )
  return { version: row.version, lines }
}

/**
 * Records what the changing session knows after a change: its own changes, added to what it read before. Forgets
 * orders that are no longer open.
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
    const isNews = change.reading !== undefined || after?.items !== before?.items
    if (after?.order.status === 'open' && isNews)
      yield writeReading(tx, sessionId, { ...change, before, after })
  }
}

async function writeReading(
  tx: Tx,
  sessionId: string,
  { before, after, reading }: OrderChange & { after: OrderState },
): Promise<void> {
  const { companyId, id: orderId, version } = after.order
  const key = { companyId, orderId, sessionId, version }
  if (reading) {
    const known = { complete: isComplete(reading, after), lines: linesOf(reading) }
    await tx
      .insert(orderReadings)
      .values({ ...key, ...known })
      .onConflictDoUpdate({ target, set: { version, ...known } })
    return
  }
  const { changed, gone } = ownChanges(before?.items ?? [], after.items)
  const own: Reading = new Map(changed.map((item) => [item.id, known(item)]))
  const kept = sql`${orderReadings.complete} and ${orderReadings.version} = ${before?.order.version ?? 0}`
  await tx
    .insert(orderReadings)
    .values({ ...key, complete: isComplete(own, after), lines: linesOf(own) })
    .onConflictDoUpdate({
      target,
      set: {
        version,
        complete: sql`${kept}`,
        lines: sql`(${orderReadings.lines} || ${JSON.stringify(linesOf(own))}::jsonb) - ${sql.param(gone)}::text[]`,
      },
    })
}

/** The lines that a change created or changed, and the ids of those it removed or moved. */
function ownChanges(before: readonly ItemRow[], after: readonly ItemRow[]) {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.filter(isLive).map(({ id }) => id))
  return {
    changed: after.filter((item) => isLive(item) && old.get(item.id) !== item),
    gone: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  }
}

const linesOf = (reading: Reading): Lines =>
  Object.fromEntries([...reading].map(([id, { subject, quantity, note }]) => [id, [subject, quantity, note]]))

/** A line as in the answer. */
function asKnown({ menu_item, service_title, unit_price, sale_unit, quantity, note }: OrderItemRead) {
  const service = menu_item === null ? { title: service_title, price: parseMoney(unit_price) } : null
  const subject = subjectOf({ menuItemId: menu_item, service, saleUnit: sale_unit })
  return [subject, measure(thousandthsOf(quantity), sale_unit)!, note] satisfies Lines[string]
}
