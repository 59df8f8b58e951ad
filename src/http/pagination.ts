import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { baseUrlOf } from './base-url.ts'
import { ApiError, fieldError } from './errors.ts'

export const defaultPageSize = 100
const maxPageSize = 500

/** Query parameters of every list; the query parser removes empty values. */
export const listQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' })),
  page_size: Type.Optional(
    Type.Integer({ minimum: 1, description: `Default ${defaultPageSize}, at most ${maxPageSize}.` }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Another name of `page_size`.' })),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'Rows to pass over, for clients that count rows instead of pages.',
    }),
  ),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  ordering: Type.Optional(Type.String({ description: 'Comma list of fields, `-` for descending.' })),
}

export interface ListQuery {
  page?: number
  page_size?: number
  limit?: number
  offset?: number
  search?: string
  ordering?: string
}

/** The wanted rows of a list. */
export interface Slice {
  limit: number
  offset: number
}

/** A page from a store: its rows, and the number of rows on all pages. */
export interface Listed<Row> {
  count: number
  rows: Row[]
}

/** @throws FieldError on `offset` together with `page` */
export function sliceOf({ page, page_size, limit: asked, offset }: ListQuery): Slice {
  if (page !== undefined && offset !== undefined) throw fieldError('offset', 'contradicts', { field: 'page' })
  const limit = Math.min(asked ?? page_size ?? defaultPageSize, maxPageSize)
  // capped so that PostgreSQL accepts it; a larger one is past the end too
  return { limit, offset: Math.min(offset ?? ((page ?? 1) - 1) * limit, Number.MAX_SAFE_INTEGER) }
}

/**
 * The reply of a list: `next` and `previous` are absolute, with the address under which the client reached the service.
 * @throws ApiError `invalid_page` for a page past the end; an `offset` past the end gets no rows
 */
export function listReply<Row>(request: FastifyRequest, { count, rows }: Listed<Row>) {
  const query = request.query as ListQuery
  const { limit, offset } = sliceOf(query)
  const byRows = query.offset !== undefined
  if (!byRows && offset > 0 && offset >= count) throw new ApiError('invalid_page')
  const url = new URL(request.url, baseUrlOf(request))
  const link = (first: number): string => {
    const [name, value] = byRows ? ['offset', first] : ['page', first / limit + 1]
    if (first === 0) url.searchParams.delete(name)
    else url.searchParams.set(name, String(value))
    return url.href
  }
  return {
    count,
    next: offset + limit < count ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    results: rows,
  }
}
