import { eq, sql } from 'drizzle-orm'
import { rowsOf } from '../../db/database.ts'
import type { Tx } from '../../db/database.ts'
import { branches, companies } from '../../db/schema/index.ts'
import type { Scope } from '../actor.ts'

/**
 * First part of the advisory locks of companies without branches; the second is a hash of the company. A lock on the
 * company's row does not work: shared locks follow each other, so that an exclusive lock would wait for ever.
 */
const branchlessLock = 7_206_118

/** The company has got its first branch since the actor's scope was resolved. */
export class HasBranches extends Error {
  override name = 'HasBranches'
}

/** Whether the actor's company had no branches when its scope was resolved. */
export const hasNoBranches = ({ branchId, companyWide }: Scope): boolean => branchId === null && !companyWide

/**
 * For a change in a company without branches: keeps the first branch from being created until the transaction ends,
 * so that `moveIntoFirstBranch` moves every row.
 * @throws HasBranches when the first branch exists by now
 */
export async function requireNoBranches(tx: Tx, companyId: string): Promise<void> {
  const lock = sql`select pg_advisory_xact_lock_shared(${branchlessLock}::int, hashtext(${companyId}))`
  // a statement of its own, so that it sees what the lock waited for
  const [, branchCount] = await Promise.all([rowsOf(tx, lock), countBranches(tx, companyId)])
  if (branchCount > 0) throw new HasBranches('the company has branches')
}

/**
 * Whether the next branch is the company's first. If so, waits for running changes of rows without a branch and of
 * staff, and blocks new ones until the transaction ends.
 */
export async function isFirstBranch(tx: Tx, companyId: string): Promise<boolean> {
  if ((await countBranches(tx, companyId)) > 0) return false
  const lock = sql`select pg_advisory_xact_lock(${branchlessLock}::int, hashtext(${companyId}))`
  const [, , branchCount] = await Promise.all([
    rowsOf(tx, lock),
    // like `lockStaff`
    tx.select({ id: companies.id }).from(companies).where(eq(companies.id, companyId)).for('no key update'),
    countBranches(tx, companyId),
  ])
  return branchCount === 0
}

const countBranches = (tx: Tx, companyId: string): Promise<number> =>
  tx.$count(branches, eq(branches.companyId, companyId))
