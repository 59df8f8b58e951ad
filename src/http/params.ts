import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { notFound } from './errors.ts'

/** Path parameters of one object. */
export const idParams = Type.Object({ id: Type.String() })

/** Path parameters of one line of an order. */
export const lineParams = Type.Object({ id: Type.String(), line: Type.String() })

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a text is a UUID that PostgreSQL accepts. */
export const isUuid = (text: unknown): text is string => typeof text === 'string' && uuid.test(text)

/** The id in the path. A value that is not a UUID names no object: 404. */
export const idParam = (request: FastifyRequest): string => uuidIn(request, 'id')

/** The line's id in the path, or 404. */
export const lineIdParam = (request: FastifyRequest): string => uuidIn(request, 'line')

/** The object, or 404. */
export function orNotFound<T>(object: T | null | undefined): T {
  if (object === null || object === undefined) throw notFound()
  return object
}

function uuidIn(request: FastifyRequest, name: string): string {
  const value = (request.params as Record<string, string>)[name]
  if (!isUuid(value)) throw notFound()
  return value.toLowerCase()
}
