import { eq, sql } from 'drizzle-orm'
import { rowsOf } from '../../db/database.ts'
import type { Tx } from '../../db/database.ts'
import { branches, companies } from '../../db/schema/index.ts'
import type { Scope } from '../actor.ts'

/**
 * First part of the advisory locks of companies without branches; the second is a hash of the company. A lock of the
 * company's row would not do: those who share it come and go, and whoever wants it alone waits for ever.
 */
const branchlessLock = 7_206_118

/** The company of a change has got its first branch since the scope of the actor was found out. */
export class HasBranches extends Error {
  override name = 'HasBranches'
}

/** Whether the actor's company had no branches when its scope was found out. */
export const hasNoBranches = ({ branchId, companyWide }: Scope): boolean => branchId === null && !companyWide

/**
 * Where a change takes its company for one without branches: keeps the first branch from being opened until the end of
 * the transaction, so that nothing is left behind by `moveIntoFirstBranch`.
 * @throws HasBranches when it has been opened meanwhile
 */
export async function mustHaveNoBranches(tx: Tx, companyId: string): Promise<void> {
  const lock = sql`select pg_advisory_xact_lock_shared(${branchlessLock}::int, hashtext(${companyId}))`
  // counted by itself, so that what was waited for is seen
  const [, branchCount] = await Promise.all([rowsOf(tx, lock), countBranches(tx, companyId)])
  if (branchCount > 0) throw new HasBranches('the company has branches')
}

/**
 * Whether the next branch is the company's first. If so, until the end of the transaction nobody changes anything in the
 * company that belongs to no branch, nor its staff: those who are at it are waited for, others wait.
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
