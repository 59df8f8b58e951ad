import { allowedBy } from '../../accounts/permissions.ts'
import { fieldError, unknownReference } from '../../http/errors.ts'
import type { References } from './reference-repository.ts'

/**
 * Checks the references of a body.
 * @throws FieldError on a field with an unknown id, a table of another branch, or a waiter who may not take orders
 *   here
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
  if (waiter) {
    const person = people.get(waiter)
    if (!person?.isActive) throw unknownReference('waiter', waiter)
    if (!allowedBy(person.role, 'orders.write')) throw fieldError('waiter', 'takes_no_orders')
    if (!person.worksHere) throw fieldError('waiter', 'works_elsewhere')
  }
}
