import { and, eq, isNull, or } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Scope } from '../accounts/actor.ts'

/**
 * Condition that limits a statement to the actor's scope: its company, its branch, and rows without a branch.
 * Company-wide actors see every branch.
 */
export function within(scope: Scope, table: { companyId: PgColumn; branchId: PgColumn }): SQL {
  const company = eq(table.companyId, scope.companyId)
  if (scope.companyWide || scope.branchId === null) return company
  return and(company, or(eq(table.branchId, scope.branchId), isNull(table.branchId)))!
}
