import { createHmac } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { fieldError } from '../http/errors.ts'

/** A request that may arrive more than once but is carried out once. */
export interface IdempotentRequest {
  readonly companyId: string
  readonly userId: string
  /** Path of the route with its ids filled in. */
  readonly route: string
  /** Value of the `Idempotency-Key` header. */
  readonly key: string
  /** Equal for requests with the same query and body. */
  readonly fingerprint: string
}

/** Name of the header, used as the field in errors. */
const header = 'Idempotency-Key'

/** 1–255 printable characters. */
const wellFormed = /^[\x20-\x7e]{1,255}$/

/**
 * The key a client sent, or null when it sent none.
 * @throws FieldError when it is empty, too long or not printable
 */
export function parseKey(value: string | string[] | undefined): string | null {
  if (value === undefined) return null
  const key = String(value).trim()
  if (!wellFormed.test(key)) throw fieldError(header, 'not_a_key')
  return key
}

/** The path of a route with the ids of the request: `/api/cafe/orders/<id>/items/`. */
export const fillPath = (url: string, params: Record<string, string>): string =>
  url.replace(/:(\w+)/g, (_, name: string) => params[name]!.toLowerCase())

/**
 * Digest of query and body; the order of object keys does not matter. It is an HMAC with a secret of the service: a body
 * may hold a password, which must not be guessable from a copy of the database.
 * @throws FieldError when the body is nested too deeply
 */
export function fingerprintOf(secret: string, request: { query: unknown; body: unknown }): string {
  try {
    return createHmac('sha256', secret).update(canonicalJson(request)).digest('base64url')
  } catch (error) {
    throw error instanceof RangeError ? fieldError('non_field_errors', 'invalid') : error
  }
}
