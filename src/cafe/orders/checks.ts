import { fieldError, unknownReference } from '../../errors.ts'
import type { References } from './reference-store.ts'

/**
 * Holds what a body refers to against what is there for the actor.
 * @throws FieldError on the field that names nothing, or a table of another branch
 */
export function checkedReferences(
  { tables, clientNames, people }: References,
  { table, client, waiter }: { table?: string | null; client?: string | null; waiter?: string | null },
  branchId: string | null,
  clientField = 'client',
): void {
  if (table) {
    const row = tables.get(table)
    if (!row) throw unknownReference('table', table)
    if (row.branchId !== branchId) throw fieldError('table', 'other_branch')
  }
  if (client && !clientNames.has(client)) throw unknownReference(clientField, client)
  if (waiter && !people.get(waiter)?.isActive) throw unknownReference('waiter', waiter)
}
