import { and, asc, countDistinct, eq, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { kitchenTasks, orders, users } from '../../db/schema/index.ts'
import type { TaskStatus } from '../../db/enums.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { labelOf } from '../../accounts/user-label.ts'
import { within } from '../scope-sql.ts'
import { ofDays } from './days-sql.ts'
import type { CookFigures, WaiterFigures } from './schema.ts'

interface Days {
  date_from?: string
  date_to?: string
}

/** Tasks and waiting times per cook, by name. */
export async function cookFigures(tx: Tx, { scope }: CafeActor, days: Days): Promise<CookFigures[]> {
  const rows = await tx
    .select({ ...person, ...figures })
    .from(kitchenTasks)
    .innerJoin(orders, ofOrder)
    .innerJoin(users, and(eq(users.companyId, kitchenTasks.companyId), eq(users.id, kitchenTasks.cookId)))
    .where(and(within(scope, kitchenTasks), ofDays(days)))
    .groupBy(users.id)
    .orderBy(...byName)
  return rows.map(({ firstName, lastName, email, id, ...counts }) => ({
    cook: id,
    cook_label: labelOf({ firstName, lastName, email }),
    ...counts,
  }))
}

/** Dishes and waiting times per waiter, by name. */
export async function waiterFigures(tx: Tx, { scope }: CafeActor, days: Days): Promise<WaiterFigures[]> {
  const rows = await tx
    .select({ ...person, orders: countDistinct(orders.id), ...figures })
    .from(kitchenTasks)
    .innerJoin(orders, ofOrder)
    .innerJoin(users, and(eq(users.companyId, orders.companyId), eq(users.id, orders.waiterId)))
    .where(and(within(scope, kitchenTasks), ofDays(days)))
    .groupBy(users.id)
    .orderBy(...byName)
  return rows.map(({ firstName, lastName, email, id, ...counts }) => ({
    waiter: id,
    waiter_label: labelOf({ firstName, lastName, email }),
    ...counts,
  }))
}

const ofOrder = and(eq(orders.companyId, kitchenTasks.companyId), eq(orders.id, kitchenTasks.orderId))

const person = {
  id: users.id,
  firstName: users.firstName,
  lastName: users.lastName,
  email: users.email,
}

const byName = [asc(users.firstName), asc(users.lastName), asc(users.id)]

const inStatus = (status: TaskStatus): SQL<number> =>
  sql<number>`(count(*) filter (where ${kitchenTasks.status} = ${status}))::int`

const isReady = sql`${kitchenTasks.status} = 'ready'`
const secondsFrom = (start: SQL | typeof kitchenTasks.createdAt | typeof kitchenTasks.startedAt): SQL =>
  sql`extract(epoch from ${kitchenTasks.finishedAt} - ${start})`

const tenths = (seconds: SQL): SQL<number | null> =>
  sql<number | null>`round((${seconds})::numeric, 1)::float8`

const figures = {
  tasks: sql<number>`count(*)::int`,
  pending: inStatus('pending'),
  in_progress: inStatus('in_progress'),
  ready: inStatus('ready'),
  cancelled: inStatus('cancelled'),
  avg_lead_seconds: tenths(sql`avg(${secondsFrom(kitchenTasks.createdAt)}) filter (where ${isReady})`),
  p90_lead_seconds: tenths(
    sql`percentile_cont(0.9) within group (order by ${secondsFrom(kitchenTasks.createdAt)}) filter (where ${isReady})`,
  ),
  avg_cooking_seconds: tenths(sql`avg(${secondsFrom(kitchenTasks.startedAt)}) filter (where ${isReady})`),
}
