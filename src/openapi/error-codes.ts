import type { RouteOptions } from 'fastify'
import type { ErrorCode } from '../http/errors.ts'
import { isOfCafe } from '../http/paths.ts'
import './declared.ts'

interface QuerySchema {
  properties?: Record<string, unknown>
}

/**
 * Every error code of a route for one of its methods: those that follow from its declaration, and those it declares in
 * `config.raises`. Wrong fields (400) have no code and are documented separately.
 */
export function codesOf({ url, config = {}, schema = {} }: RouteOptions, method: string): Set<ErrorCode> {
  const { access, limited, raises = [] } = config
  const { properties = {} } = (schema.querystring ?? {}) as QuerySchema
  const codes = new Set<ErrorCode>(['internal', 'unavailable', ...raises])
  const add = (when: boolean, ...more: ErrorCode[]) => {
    if (when) for (const code of more) codes.add(code)
  }
  add(limited !== false, 'too_many_requests')
  add(access !== 'public', 'not_authenticated', 'token_not_valid')
  add(access !== 'public' && access !== 'signed-in', 'permission_denied', 'no_company')
  add(isOfCafe(url), 'no_branch')
  add(url.includes('/:'), 'not_found')
  add('page' in properties, 'invalid_page')
  add(method !== 'GET', 'broken_json', 'payload_too_large', 'unsupported_media_type')
  add(isRepeatable({ config }, method), 'idempotency_in_progress', 'idempotency_key_reused')
  return codes
}

/** Whether a route takes an `Idempotency-Key`. */
export const isRepeatable = ({ config = {} }: Pick<RouteOptions, 'config'>, method: string): boolean =>
  method === 'POST' && config.access !== 'public' && config.idempotency !== false
