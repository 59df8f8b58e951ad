import { allowedBy } from '../../accounts/permissions.ts'
import type { Role } from '../../db/enums.ts'
import { fieldError, unknownReference } from '../../http/errors.ts'
import type { TableRow } from '../tables/presenter.ts'
import type { OrderState } from './order-state.ts'
import type { Dish } from './requested-lines.ts'
import { isLive } from './rules.ts'

/** References of orders in the actor's scope: for checks when writing, for names when reading. */
export interface References {
  readonly tables: ReadonlyMap<string, TableRow>
  readonly zoneTitles: ReadonlyMap<string, string>
  /** Open orders of each table. */
  readonly openOrders: ReadonlyMap<string, ReadonlySet<string>>
  readonly dishes: ReadonlyMap<string, Dish>
  readonly clientNames: ReadonlyMap<string, string>
  readonly people: ReadonlyMap<string, Person>
}

interface Person {
  readonly id: string
  /** First and last name, or the e-mail address if there is no name. */
  readonly label: string
  readonly isActive: boolean
  readonly role: Role
  /** Works in the branch of the change; owners and admins work in all. */
  readonly worksHere: boolean
}

/** Which references to load. */
export interface ReferenceQuery {
  tableIds?: Iterable<string | null | undefined>
  clientIds?: Iterable<string | null | undefined>
  userIds?: Iterable<string | null | undefined>
  /** Dishes as they can be ordered in `branchId`. */
  menuItemIds?: Iterable<string | null | undefined>
  branchId?: string | null
  /**
   * Lock the tables and the counted portions of dishes until the end of the transaction, and load the open orders of
   * the tables. All orders of a change are of one branch.
   */
  forChange?: boolean
}

/** References that a change needs besides those of the orders. */
export interface NewReferences {
  tableId?: string | null
  clientId?: string | null
  waiterId?: string | null
  menuItemIds?: (string | null)[]
}

/** All references of orders of one branch, and those of `needs`, to lock and load for a change. */
export const referencesOf = (states: readonly OrderState[], needs: NewReferences = {}): ReferenceQuery => ({
  tableIds: [...states.map(({ order }) => order.tableId), needs.tableId],
  clientIds: [...states.map(({ order }) => order.clientId), needs.clientId],
  userIds: [
    ...states.flatMap(({ order, tasks }) => [order.waiterId, ...tasks.map((task) => task.cookId)]),
    needs.waiterId,
  ],
  menuItemIds: [
    ...states.flatMap(({ items }) => items.filter(isLive).map((item) => item.menuItemId)),
    ...(needs.menuItemIds ?? []),
  ],
  branchId: states[0]?.order.branchId,
  forChange: true,
})

/**
 * Checks the references of a body.
 * @throws FieldError on a field with an unknown id, a table of another branch, or a waiter who may not take orders
 *   here
 */
export function requireReferences(
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
