import { createHmac } from 'node:crypto'

/** Tokens that must not open anything, made from a good one. */

const encode = (value: object | string | Buffer) =>
  Buffer.from(typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value).toString(
    'base64url',
  )

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

/** The claims of a token, some changed, signed anew with HS256. */
export function resign(token: string, secret: string, change: Record<string, unknown> = {}): string {
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claimsOf(token), ...change })}`
  return `${content}.${encode(createHmac('sha256', secret).update(content).digest())}`
}

/** The same claims without any signature. */
export const unsigned = (token: string): string =>
  `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claimsOf(token))}.`

/** Other claims under the old signature. */
export function tampered(token: string): string {
  const [header, , signature] = token.split('.')
  return `${header}.${encode({ ...claimsOf(token), role: 'owner' })}.${signature}`
}
