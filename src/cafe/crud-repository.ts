import { and, eq, sql } from 'drizzle-orm'
import type { InferInsertModel, InferSelectModel, SQL, SQLWrapper } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Scope } from '../accounts/actor.ts'
import { changedColumns } from '../db/changed-columns.ts'
import type { Tx } from '../db/database.ts'
import { orderingOf } from '../db/list-query-sql.ts'
import { brokenUnique } from '../db/pg-errors.ts'
import { fieldError } from '../http/errors.ts'
import { sliceOf } from '../http/pagination.ts'
import type { ListQuery } from '../http/pagination.ts'
import type { Emit } from '../events/changes.ts'
import { announce } from './announce-repository.ts'
import { branchForNew } from './branch-repository.ts'
import type { ResourceRepository } from './crud.ts'
import { within } from './scope-sql.ts'

/** A table of a resource. With a column `branchId` its rows belong to branches, without one to the company. */
type CrudTable = PgTable & { id: PgColumn; companyId: PgColumn; branchId?: PgColumn }

interface CrudOptions<Table extends CrudTable, Read, Create, Query> {
  table: Table
  /** Fields that `?ordering=` takes. */
  orderings: Record<string, SQLWrapper>
  defaultOrdering: string
  /** What `?search=` and the filters of the resource ask for. */
  conditions: (query: Query) => (SQL | undefined)[]
  /** The columns of a body; undefined ones do not change, or get the default of a new row. */
  columns: (body: Partial<Create>) => Partial<InferSelectModel<Table>>
  /** Field of the 400 for each unique constraint, by constraint name. */
  uniqueFields: Record<string, string>
  /**
   * Called before a row is deleted; the row is locked. Not needed if nothing refers to the rows.
   * @throws ApiError `in_use` while something refers to the row
   */
  refuseRemoval?: (tx: Tx, scope: Scope, id: string) => Promise<void>
  present: (row: InferSelectModel<Table>) => Read
  /** What an object is called in its events, such as `zone_created`. Not needed where no screen shows it. */
  noun?: 'zone' | 'category'
}

/** The SQL of a resource without derived fields. */
export function crudRepository<
  Table extends CrudTable,
  Read,
  Create extends object,
  Query extends ListQuery,
>({
  table,
  orderings,
  defaultOrdering,
  conditions,
  columns,
  uniqueFields,
  refuseRemoval,
  present,
  noun,
}: CrudOptions<Table, Read, Create, Query>) {
  type Row = InferSelectModel<Table>
  const { branchId } = table
  // drizzle cannot infer the type of a table parameter
  const rows = table as PgTable
  const inScope = (scope: Scope): SQL =>
    branchId ? within(scope, { companyId: table.companyId, branchId }) : eq(table.companyId, scope.companyId)
  const one = (scope: Scope, id: string): SQL => and(inScope(scope), eq(table.id, id))!
  const refusedUnique = (error: unknown): never => {
    const field = uniqueFields[brokenUnique(error) ?? '']
    throw field === undefined ? error : fieldError(field, 'not_unique')
  }

  const tell = async (
    tx: Tx,
    emit: Emit,
    what: 'created' | 'updated' | 'deleted',
    row: Row,
  ): Promise<Read> => {
    const read = present(row)
    const { companyId, branchId = null } = row as { companyId: string; branchId?: string | null }
    if (noun) await announce(tx, emit, { companyId, branchId }, `${noun}_${what}`, { [noun]: read })
    return read
  }

  return {
    async list(tx, { scope }, query, slice = sliceOf(query)) {
      const where = and(inScope(scope), ...conditions(query))
      const [found, count] = await Promise.all([
        tx
          .select()
          .from(rows)
          .where(where)
          .orderBy(...orderingOf(query.ordering, orderings, defaultOrdering, table.id))
          .limit(slice.limit)
          .offset(slice.offset),
        tx.$count(rows, where),
      ])
      return { count, rows: (found as Row[]).map(present) }
    },

    async find(tx, { scope }, id) {
      const [row] = await tx.select().from(rows).where(one(scope, id))
      return row ? present(row as Row) : null
    },

    async create(tx, actor, body, emit) {
      const { branch } = body as { branch?: string | null }
      const { companyId } = actor.scope
      const values = {
        ...columns(body),
        companyId,
        ...(branchId && { branchId: await branchForNew(tx, actor, branch) }),
      } as InferInsertModel<Table>
      const [row] = await tx.insert(table).values(values).returning().catch(refusedUnique)
      return tell(tx, emit, 'created', row as Row)
    },

    async update(tx, { scope }, id, body, emit) {
      const [row] = (await tx.select().from(rows).where(one(scope, id)).for('no key update')) as Row[]
      if (!row) return null
      const changed = changedColumns(row, columns(body))
      if (!changed) return present(row)
      const [updated] = await tx
        .update(rows)
        .set({ ...changed, updatedAt: sql`now()` })
        .where(one(scope, id))
        .returning()
        .catch(refusedUnique)
      return tell(tx, emit, 'updated', updated as Row)
    },

    async remove(tx, { scope }, id, emit) {
      const [row] = (await tx.select().from(rows).where(one(scope, id)).for('update')) as Row[]
      if (!row) return false
      await refuseRemoval?.(tx, scope, id)
      await tx.delete(rows).where(one(scope, id))
      await tell(tx, emit, 'deleted', row)
      return true
    },
  } satisfies ResourceRepository<Read, Create, Partial<Create>, Query>
}
