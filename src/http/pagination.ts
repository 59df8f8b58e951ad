import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { baseUrlOf } from './base-url.ts'
import { ApiError } from './errors.ts'

export const defaultPageSize = 100
const maxPageSize = 500

/** Query parameters every list takes; empty values never get here, see the query parser. */
export const listQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' })),
  page_size: Type.Optional(
    Type.Integer({ minimum: 1, description: `Default ${defaultPageSize}, at most ${maxPageSize}.` }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Another name of `page_size`.' })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  ordering: Type.Optional(Type.String({ description: 'Comma list of fields, `-` for descending.' })),
}

export interface ListQuery {
  page?: number
  page_size?: number
  limit?: number
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

export function sliceOf({ page = 1, page_size, limit: asked }: ListQuery): Slice {
  const limit = Math.min(asked ?? page_size ?? defaultPageSize, maxPageSize)
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
  const url = new URL(request.url, baseUrlOf(request))
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
