import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { ApiError } from '../http/errors.ts'

/**
 * Name of a closed branch; null for an open one.
 * @param companyId and `branchId`: columns with the name of their table, which drizzle leaves out in RETURNING
 */
export const closedBranch = (companyId: SQL, branchId: SQL): SQL<string | null> =>
  sql`(select closed.name from branches closed
    where closed.company_id = ${companyId} and closed.id = ${branchId} and not closed.is_active)`

/**
 * @param name of the closed branch; null when it is open
 * @throws ApiError `branch_closed`
 */
export function refuseClosedBranch(name: string | null): void {
  if (name !== null) throw new ApiError('branch_closed', { params: { name } })
}
