import type { FastifyRequest } from 'fastify'
import { sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import { Type } from 'typebox'
import { ApiError } from './errors.ts'

const defaultPageSize = 100
const maxPageSize = 500

/** Query parameters every list takes; empty values never get here, see the query parser. */
export const listQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' })),
  page_size: Type.Optional(
    Type.Integer({ minimum: 1, description: `Default ${defaultPageSize}, at most ${maxPageSize}.` }),
  ),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  ordering: Type.Optional(Type.String({ description: 'Comma list of fields, `-` for descending.' })),
}

export interface ListQuery {
  page?: number
  page_size?: number
  search?: string
  ordering?: string
}

/** Which rows of a list are wanted. */
export interface Slice {
  limit: number
  offset: number
}

/** A page as a store returns it: its rows, and how many there are on all pages. */
export interface Listed<Row> {
  count: number
  rows: Row[]
}

export function sliceOf({ page = 1, page_size = defaultPageSize }: ListQuery): Slice {
  const limit = Math.min(page_size, maxPageSize)
  // past what PostgreSQL counts to there is no page either
  return { limit, offset: Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER) }
}

/**
 * The reply of a list: `next` and `previous` are absolute, as the client sees this service.
 * @throws ApiError `invalid_page` past the end
 */
export function listReply<Row>(request: FastifyRequest, { count, rows }: Listed<Row>) {
  const query = request.query as ListQuery
  const { limit } = sliceOf(query)
  const page = query.page ?? 1
  if (page > 1 && (page - 1) * limit >= count) throw new ApiError('invalid_page')
  const url = new URL(request.url, `${request.protocol}://${request.host}`)
  const link = (target: number): string => {
    if (target === 1) url.searchParams.delete('page')
    else url.searchParams.set('page', String(target))
    return url.href
  }
  return {
    count,
    next: page * limit < count ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    results: rows,
  }
}

/**
 * ORDER BY of a list: what `ordering` asks for among the known fields (unknown ones are ignored), else the default, and
 * always the id last, so that pages neither repeat nor skip a row.
 */
export function orderingOf(
  ordering: string | undefined,
  fields: Record<string, SQLWrapper>,
  fallback: string,
  id: SQLWrapper,
): SQL[] {
  const parse = (list: string): SQL[] =>
    list.split(',').flatMap((term) => {
      const name = term.trim()
      const descending = name.startsWith('-')
      const field =
        Object.hasOwn(fields, name.slice(descending ? 1 : 0)) && fields[name.slice(descending ? 1 : 0)]
      if (!field) return []
      return [descending ? sql`${field} desc nulls last` : sql`${field} asc nulls last`]
    })
  const wanted = parse(ordering ?? '')
  return [
    ...(wanted.length > 0 ? wanted : parse(fallback)),
    sql`${id} ${sql.raw(descendingFirst(ordering ?? fallback))}`,
  ]
}

/** The id follows the direction of the first field, so that "newest first" stays newest first within one millisecond. */
const descendingFirst = (ordering: string): string => (ordering.trim().startsWith('-') ? 'desc' : 'asc')

/** A text column in the order of the alphabet (ё beside е, capitals beside small letters), not of bytes. */
export const alphabetical = (column: SQLWrapper): SQL => sql`${column} collate "und-x-icu"`

/** Case-insensitive equality, for filters by a title. */
export const sameText = (column: SQLWrapper, text: string | undefined): SQL | undefined =>
  text === undefined ? undefined : sql`lower(${column}) = lower(${text})`

/** Case-insensitive "contains" over several columns; `%` and `_` of the person's text mean themselves. */
export function searchIn(search: string | undefined, columns: SQLWrapper[]): SQL | undefined {
  if (!search) return undefined
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`(${sql.join(
    columns.map((column) => sql`${column}::text ilike ${pattern}`),
    sql` or `,
  )})`
}
