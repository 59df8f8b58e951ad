import type { Tx } from '../../db/database.ts'
import { fieldError } from '../../http/errors.ts'
import type { Standing } from '../../events/log-position.ts'
import type { StreamKey } from '../../events/stream-key.ts'
import { streamOf } from '../../events/stream-key.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { listTasks } from '../kitchen/repository.ts'
import { listOrders } from '../orders/repository.ts'
import { tablesRepository } from '../tables/repository.ts'
import { zonesRepository } from '../zones/repository.ts'
import type { Snapshot } from './schema.ts'

/** More than any branch has open at once; a reply must end somewhere. */
const everything = { limit: 10_000, offset: 0 }

/**
 * The one branch a snapshot is about: every branch is a stream of its own, and a position belongs to a stream.
 * @throws FieldError on `branch` when a company-wide actor does not say which of several
 */
export function inOneBranch(actor: CafeActor): CafeActor {
  const { scope, company } = actor
  if (!scope.companyWide) return actor
  if (company.branchIds.length > 1) throw fieldError('branch', 'branch_needed')
  return { ...actor, scope: { ...scope, branchId: company.branchIds[0] ?? null, companyWide: false } }
}

/** The floor, the open orders and the kitchen's work of a branch, all of one moment, with the position of that moment. */
export async function readSnapshot(
  tx: Tx,
  actor: CafeActor,
  standingOf: (tx: Tx, stream: StreamKey) => Promise<Standing>,
  now: Date,
): Promise<Snapshot> {
  const { companyId, branchId } = actor.scope
  const [standing, zones, tables, orders, tasks] = await Promise.all([
    standingOf(tx, streamOf(companyId, branchId)),
    zonesRepository.list(tx, actor, {}, everything),
    tablesRepository.list(tx, actor, {}, everything),
    listOrders(tx, actor, { status: 'open', ordering: 'created_at' }, everything),
    listTasks(tx, actor, {}, everything),
  ])
  return {
    company: companyId,
    branch: branchId,
    ...standing,
    at: now.toISOString(),
    zones: zones.rows,
    tables: tables.rows,
    orders: orders.rows,
    tasks: tasks.rows,
  }
}
