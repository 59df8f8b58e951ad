import { and, asc, eq, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { clients, orders } from '../../db/schema/index.ts'
import { fieldError } from '../../http/errors.ts'
import { alphabetical, orderingOf, sameText, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import type { Emit } from '../../events/changes.ts'
import { countryHere } from '../../accounts/branches/country-repository.ts'
import { readPhone } from '../../http/phones.ts'
import { phoneColumns, phoneHolds } from '../phone-repository.ts'
import { changedColumns } from '../../db/changed-columns.ts'
import { announce } from '../announce-repository.ts'
import { refuseDebtor } from '../orders/debt-rules.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ResourceRepository } from '../crud.ts'
import { latestBills, latestOrders } from './orders-repository.ts'
import type { ClientCard, ClientCreate, ClientFilters, ClientRead } from './schema.ts'

const orderings = {
  name: alphabetical(clients.name),
  phone: clients.phone,
  created_at: clients.createdAt,
  updated_at: clients.updatedAt,
}

export const clientsRepository = {
  async list(tx, { scope }, query) {
    const where = and(
      eq(clients.companyId, scope.companyId),
      sameText(clients.folded, query.name),
      query.phone === undefined
        ? undefined
        : eq(clients.phone, readPhone(query.phone, await countryHere(tx, scope)).number),
      searched(query.search),
    )
    const { limit, offset } = sliceOf(query)
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(clients)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'name', clients.id))
        .limit(limit)
        .offset(offset),
      tx.$count(clients, where),
    ])
    return { count, rows: await toClients(tx, scope, rows) }
  },

  async find(tx, { scope }, id) {
    const rows = await tx.select().from(clients).where(client(scope, id))
    const [read] = await toClients(tx, scope, rows)
    return read ?? null
  },

  async create(tx, { scope }, body, emit) {
    const rows = await tx
      .insert(clients)
      .values({
        companyId: scope.companyId,
        name: body.name,
        notes: body.notes,
        ...(await phoneColumns(tx, scope, body.phone)),
      })
      .returning()
      .catch(refusedPhone)
    await announceClient(tx, emit, 'client_created', rows[0]!)
    const [read] = await toClients(tx, scope, rows)
    return read!
  },

  async update(tx, { scope }, id, body, emit) {
    const [row] = await tx.select().from(clients).where(client(scope, id)).for('no key update')
    if (!row) return null
    const { name, notes } = body
    const changed = changedColumns(row, { name, notes, ...(await phoneColumns(tx, scope, body.phone, row)) })
    const rows = changed
      ? await tx
          .update(clients)
          .set({ ...changed, updatedAt: sql`now()` })
          .where(client(scope, id))
          .returning()
          .catch(refusedPhone)
      : [row]
    if (changed) await announceClient(tx, emit, 'client_updated', rows[0]!)
    const [read] = await toClients(tx, scope, rows)
    return read!
  },

  /**
   * Refused while the client has an open order or a debt in any branch. Past orders stay without the client. Their
   * rows are locked first, so that none of them becomes a debt meanwhile.
   */
  async remove(tx, { scope }, id, emit) {
    const [row] = await tx.select().from(clients).where(client(scope, id)).for('update')
    if (!row) return false
    const ofClient = and(eq(orders.companyId, scope.companyId), eq(orders.clientId, id))
    const past = await tx
      .select(debtColumns)
      .from(orders)
      .where(ofClient)
      .orderBy(asc(orders.id))
      .for('update')
    refuseInUse({ orders: past.filter(({ status }) => status === 'open').length })
    refuseDebtor(past)
    await tx.update(orders).set({ clientId: null }).where(ofClient)
    await tx.delete(clients).where(client(scope, id))
    await announceClient(tx, emit, 'client_deleted', row)
    return true
  },
} satisfies ResourceRepository<ClientRead, ClientCreate, Partial<ClientCreate>, ListQuery & ClientFilters>

/** The columns for whether an order is open and what is owed. */
const debtColumns = {
  id: orders.id,
  number: orders.number,
  clientId: orders.clientId,
  status: orders.status,
  paymentMethod: orders.paymentMethod,
  totalAmount: orders.totalAmount,
  discountAmount: orders.discountAmount,
  paidAmount: orders.paidAmount,
}

const client = (scope: Scope, id: string): SQL =>
  and(eq(clients.companyId, scope.companyId), eq(clients.id, id))!

/** Searches by name or phone; the number may have blanks and brackets. */
function searched(search: string | undefined): SQL | undefined {
  return or(searchIn(search, [clients.folded, clients.phone]), phoneHolds(clients.phone, search))
}

function refusedPhone(error: unknown): never {
  throw brokenUnique(error) === 'clients_phone_key' ? fieldError('phone', 'not_unique') : error
}

type ClientRow = typeof clients.$inferSelect

/** To every branch: clients are the company's. */
const announceClient = (
  tx: Tx,
  emit: Emit,
  type: 'client_created' | 'client_updated' | 'client_deleted',
  row: ClientRow,
): Promise<void> =>
  announce(tx, emit, { companyId: row.companyId, branchId: null }, type, { client: toCard(row) })

const toCard = (row: ClientRow): ClientCard => ({
  id: row.id,
  company: row.companyId,
  branch: null,
  name: row.name,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})

async function toClients(tx: Tx, scope: Scope, rows: readonly ClientRow[]): Promise<ClientRead[]> {
  const ids = rows.map(({ id }) => id)
  const [latest, closed] = await Promise.all([latestOrders(tx, scope, ids), latestBills(tx, scope, ids)])
  return rows.map((row) => ({
    id: row.id,
    company: row.companyId,
    branch: null,
    name: row.name,
    phone: row.phone,
    phone_typed: row.phoneTyped ?? row.phone,
    phone_extension: row.phoneExtension,
    notes: row.notes,
    orders: latest.get(row.id)!,
    history: closed.get(row.id)!,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }))
}
