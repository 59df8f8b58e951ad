import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import {
  clients,
  companies,
  menuItems,
  menuStops,
  orders,
  tables,
  userBranches,
  users,
  zones,
} from '../../db/schema/index.ts'
import { lockPortions } from '../menu/portions-repository.ts'
import { labelOf } from '../../accounts/user-label.ts'
import { within } from '../scope-sql.ts'
import type { TableRow } from '../tables/presenter.ts'
import type { DiscountLimits } from './discount-rules.ts'
import type { ReferenceQuery, References } from './references.ts'

/** Loads all references in a constant number of statements. */
export async function loadReferences(tx: Tx, scope: Scope, query: ReferenceQuery): Promise<References> {
  const tableIds = idsOf(query.tableIds)
  const forChange = query.forChange ?? false
  const menuItemIds = idsOf(query.menuItemIds)
  const branchId = query.branchId ?? null
  const [tableRows, zoneRows, openRows, , dishRows, clientRows, userRows] = await Promise.all([
    tableIds.length > 0 ? loadTables(tx, scope, tableIds, forChange) : [],
    tableIds.length > 0 ? loadZoneTitles(tx, scope, tableIds) : [],
    tableIds.length > 0 && forChange ? loadOpenOrders(tx, scope, tableIds) : [],
    menuItemIds.length > 0 && forChange ? lockPortions(tx, { ...scope, branchId }, menuItemIds) : [],
    loadDishes(tx, scope, menuItemIds, branchId),
    loadClients(tx, scope, idsOf(query.clientIds), forChange),
    loadPeople(tx, scope, idsOf(query.userIds), branchId),
  ])
  const openOrders = new Map<string, Set<string>>()
  for (const { tableId, id } of openRows) {
    const open = openOrders.get(tableId!) ?? new Set()
    openOrders.set(tableId!, open.add(id))
  }
  return {
    tables: new Map(tableRows.map((row) => [row.id, row])),
    zoneTitles: new Map(zoneRows.map((row) => [row.id, row.title])),
    openOrders,
    dishes: new Map(dishRows.map((row) => [row.id, row])),
    clientNames: new Map(clientRows.map((row) => [row.id, row.name])),
    people: new Map(
      userRows.map(({ id, isActive, role, worksHere, ...row }) => [
        id,
        { id, label: labelOf(row), isActive, role, worksHere },
      ]),
    ),
  }
}

/** The branch of a table in the scope; undefined when there is no such table. */
export async function findTableBranch(
  tx: Tx,
  scope: Scope,
  tableId: string,
): Promise<{ branchId: string | null } | undefined> {
  const [table] = await tx
    .select({ branchId: tables.branchId })
    .from(tables)
    .where(and(within(scope, tables), eq(tables.id, tableId)))
  return table
}

/** The discount limits of the company's waiters and cashiers, in percent. */
export async function findDiscountLimits(tx: Tx, companyId: string): Promise<DiscountLimits> {
  const [limits] = await tx
    .select({ waiter: companies.waiterDiscountLimit, cashier: companies.cashierDiscountLimit })
    .from(companies)
    .where(eq(companies.id, companyId))
  return limits!
}

/** The id of a client of the company; null when there is none. */
export async function findClientId(tx: Tx, companyId: string, id: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.companyId, companyId), eq(clients.id, id)))
  return row?.id ?? null
}

const idsOf = (ids: Iterable<string | null | undefined> | undefined): string[] => [
  ...new Set([...(ids ?? [])].filter((id) => typeof id === 'string')),
]

/** Rows are locked in id order, so that two orders moving between the same tables cannot deadlock. */
function loadTables(tx: Tx, scope: Scope, ids: string[], lock: boolean): Promise<TableRow[]> {
  const query = tx
    .select()
    .from(tables)
    .where(and(within(scope, tables), inArray(tables.id, ids)))
    .orderBy(asc(tables.id))
  return lock ? query.for('update') : query
}

const loadZoneTitles = (tx: Tx, { companyId }: Scope, tableIds: string[]) =>
  tx
    .selectDistinct({ id: zones.id, title: zones.title })
    .from(zones)
    .innerJoin(tables, and(eq(tables.companyId, zones.companyId), eq(tables.zoneId, zones.id)))
    .where(and(eq(zones.companyId, companyId), inArray(tables.id, tableIds)))

/** Runs after the table locks, so its snapshot sees the changes of earlier lock holders. */
const loadOpenOrders = (tx: Tx, { companyId }: Scope, tableIds: string[]) =>
  tx
    .select({ id: orders.id, tableId: orders.tableId })
    .from(orders)
    .where(and(eq(orders.companyId, companyId), inArray(orders.tableId, tableIds), eq(orders.status, 'open')))

function loadDishes(tx: Tx, { companyId }: Scope, ids: string[], branchId: string | null) {
  if (ids.length === 0) return []
  const ofBranch = sql`${menuStops.branchId} is not distinct from ${branchId}::uuid`
  return tx
    .select({
      id: menuItems.id,
      title: menuItems.title,
      price: menuItems.price,
      saleUnit: menuItems.saleUnit,
      kitchenId: menuItems.kitchenId,
      isActive: menuItems.isActive,
      stopped: sql<boolean>`coalesce(${menuStops.stopped}, false)`,
      portionsLeft: menuStops.portionsLeft,
    })
    .from(menuItems)
    .leftJoin(
      menuStops,
      and(eq(menuStops.companyId, menuItems.companyId), eq(menuStops.menuItemId, menuItems.id), ofBranch),
    )
    .where(and(eq(menuItems.companyId, companyId), inArray(menuItems.id, ids)))
}

/** For a change the clients are locked until commit; a client whose deletion commits first is missing. */
function loadClients(tx: Tx, { companyId }: Scope, ids: string[], forChange: boolean) {
  if (ids.length === 0) return []
  const query = tx
    .select({ id: clients.id, name: clients.name })
    .from(clients)
    .where(and(eq(clients.companyId, companyId), inArray(clients.id, ids)))
  return forChange ? query.for('key share') : query
}

const loadPeople = (tx: Tx, { companyId }: Scope, ids: string[], branchId: string | null) =>
  ids.length === 0
    ? []
    : tx
        .select({
          id: users.id,
          firstName: users.firstName,
          lastName: users.lastName,
          email: users.email,
          isActive: users.isActive,
          role: users.role,
          worksHere: branchId
            ? sql<boolean>`${users.role} in ('owner', 'admin') or exists (
                select 1 from ${userBranches} b
                where b.company_id = ${companyId}::uuid and b.user_id = ${users.id} and b.branch_id = ${branchId}::uuid)`
            : sql<boolean>`true`,
        })
        .from(users)
        .where(and(eq(users.companyId, companyId), inArray(users.id, ids)))
