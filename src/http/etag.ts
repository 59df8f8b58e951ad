import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, fieldError } from './errors.ts'

/**
 * Versions of orders and kitchen tasks on the wire: a weak ETag on every reply that is one such object, `If-Match` on
 * every change of one.
 */

/** The versions named by `If-Match`. */
export type Versions = ReadonlySet<string>

/** `If-Match: *`: any version of an existing object; a missing one is 404 first. */
const any = /^\s*\*\s*$/
/** An entity tag (RFC 9110 §8.8.3). */
const tag = /(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g

/**
 * The versions that `If-Match` allows; null when it allows any. Tags are compared by their value although they are
 * weak: the version covers everything that a change depends on, and the rest of the reply (the progress of an order's
 * tasks) changes without it. A malformed header is refused: if it were ignored, an unprotected change would be made.
 * @throws FieldError
 */
export function versionsIn(header: string | undefined): Versions | null {
  if (header === undefined || any.test(header)) return null
  const versions = new Set(Array.from(header.matchAll(tag), ([, version]) => version!))
  if (versions.size === 0 || !isList(header)) throw fieldError('If-Match', 'not_an_etag')
  return versions
}

/** Only tags, separated by commas; empty members are allowed (RFC 9110 §5.6.1). */
const isList = (header: string): boolean =>
  header
    .replaceAll(tag, '""')
    .split(',')
    .every((member) => ['', '""'].includes(member.trim()))

/** The versions allowed by both `If-Match` and a `version` in the body, where given. */
export function narrowed(ifMatch: Versions | null, version: number | null | undefined): Versions | null {
  if (version === null || version === undefined) return ifMatch
  const named = String(version)
  return new Set(!ifMatch || ifMatch.has(named) ? [named] : [])
}

/**
 * Refuses a change based on another version than the present one.
 * @throws ApiError `version_conflict` with the object as it is now
 */
export function requireVersion(ifMatch: Versions | null, version: number, current: () => object): void {
  if (ifMatch && !ifMatch.has(String(version)))
    throw new ApiError('version_conflict', { extra: { current: current() } })
}

/** Hook that adds an ETag to replies which are one versioned object. */
export async function tagVersion(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const { version } = (payload ?? {}) as { version?: unknown }
  if (reply.statusCode < 300 && Number.isInteger(version)) reply.header('etag', `W/"${String(version)}"`)
  return payload
}
