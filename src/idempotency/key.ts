import { createHmac } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { fieldError } from '../http/errors.ts'

/** A request that may arrive more than once and shall be carried out once. */
export interface IdempotentRequest {
  readonly companyId: string
  readonly userId: string
  /** Path of the route with its ids filled in. */
  readonly route: string
  /** What the client sent as `Idempotency-Key`. */
  readonly key: string
  /** Two requests with the same one ask for the same thing. */
  readonly fingerprint: string
}

/** Name of the header, as faults of it are reported. */
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

/** The path of a route with the ids of one request: `/api/cafe/orders/<id>/items/`. */
export const fillPath = (url: string, params: Record<string, string>): string =>
  url.replace(/:(\w+)/g, (_, name: string) => params[name]!.toLowerCase())

/**
 * Digest of what a request asks for; keys of objects count in any order. Keyed with a secret of the service: bodies may
 * hold passwords, which must not be guessable from a copy of the database.
 * @throws FieldError when it is nested deeper than can be walked
 */
export function fingerprintOf(secret: string, request: { query: unknown; body: unknown }): string {
  try {
    return createHmac('sha256', secret).update(canonicalJson(request)).digest('base64url')
  } catch (error) {
    throw error instanceof RangeError ? fieldError('non_field_errors', 'invalid') : error
  }
}
