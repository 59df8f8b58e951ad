import type { IncomingMessage } from 'node:http'
import { uuidv7 } from 'uuidv7'

const believableId = /^[\w.:/+=-]{1,128}$/

/**
 * The id that a client or proxy gave the request in `x-request-id`, if it is safe for logs and headers; else a new one.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && believableId.test(given) ? given : uuidv7()
}
