import { and, eq } from 'drizzle-orm'
import { alphabetical, sameText, searchIn } from '../../db/list-query-sql.ts'
import { tables, zones } from '../../db/schema/index.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { crudRepository } from '../crud-repository.ts'
import type { ZoneCreate, ZoneFilters, ZoneRead } from './schema.ts'

export const zonesRepository = crudRepository({
  table: zones,
  orderings: {
    title: alphabetical(zones.title),
    created_at: zones.createdAt,
    updated_at: zones.updatedAt,
  },
  defaultOrdering: 'title',
  conditions: ({ title, search }: ListQuery & ZoneFilters) => [
    sameText(zones.folded, title),
    searchIn(search, [zones.folded]),
  ],
  columns: ({ title }: Partial<ZoneCreate>) => ({ title }),
  uniqueFields: { zones_title_key: 'title' },
  async refuseRemoval(tx, { companyId }, id) {
    const inZone = and(eq(tables.companyId, companyId), eq(tables.zoneId, id))
    refuseInUse({ tables: await tx.$count(tables, inZone) })
  },
  present: (row): ZoneRead => ({
    id: row.id,
    company: row.companyId,
    branch: row.branchId,
    title: row.title,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }),
  noun: 'zone',
})
