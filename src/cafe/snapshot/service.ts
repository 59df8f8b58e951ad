import type { Tx } from '../../db/database.ts'
import { fieldError } from '../../http/errors.ts'
import type { StreamPosition } from '../../events/log-position.ts'
import type { StreamKey } from '../../events/stream-key.ts'
import { streamOf } from '../../events/stream-key.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { listTasks } from '../kitchen/repository.ts'
import { listOrders } from '../orders/repository.ts'
import { tablesRepository } from '../tables/repository.ts'
import { zonesRepository } from '../zones/repository.ts'
import type { Snapshot } from './schema.ts'

/** Upper bound of rows, more than any branch has open at once. */
const everything = { limit: 10_000, offset: 0 }

/**
 * The branch of a snapshot: each branch has its own stream, and a position belongs to one stream.
 * @throws FieldError on `branch` when a company-wide actor with several branches names none
 */
export function inOneBranch(actor: CafeActor): CafeActor {
  const { scope, company } = actor
  if (!scope.companyWide) return actor
  if (company.branchIds.length > 1) throw fieldError('branch', 'branch_needed')
  return { ...actor, scope: { ...scope, branchId: company.branchIds[0] ?? null, companyWide: false } }
}

/** Tables, open orders and kitchen tasks of a branch from one database snapshot, with its stream position. */
export async function readSnapshot(
  tx: Tx,
  actor: CafeActor,
  positionOf: (tx: Tx, stream: StreamKey) => Promise<StreamPosition>,
  now: Date,
): Promise<Snapshot> {
  const { companyId, branchId } = actor.scope
  const [standing, zones, tables, orders, tasks] = await Promise.all([
    positionOf(tx, streamOf(companyId, branchId)),
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
