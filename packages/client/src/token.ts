/** Access tokens, as far as a client looks into them. */

/** Why a token is asked for. */
export interface TokenRequest {
  /**
   * `connect`: a socket is about to be opened, any valid token does. `expiring`: the socket's token runs out soon. `refused`: the
   * last token was refused or has run out, so the same again is of no use.
   */
  readonly reason: 'connect' | 'expiring' | 'refused'
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal
}

export type GetToken = (
  request: TokenRequest,
) => string | null | undefined | Promise<string | null | undefined>

/** When a token runs out, in milliseconds; null when it does not say so. */
export function expiryOf(token: string): number | null {
  const { exp } = claimsOf(token) ?? {}
  return typeof exp === 'number' ? exp * 1000 : null
}

interface Claims {
  readonly exp?: unknown
  readonly sub?: string
  readonly sid?: string
}

function claimsOf(token: string): Claims | null {
  try {
    const [, payload = ''] = token.split('.')
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Claims
  } catch {
    return null
  }
}

/** Whose login a token belongs to; a token that does not say so stands for itself. */
export function subjectOf(token: string): string {
  const { sub = '', sid = '' } = claimsOf(token) ?? {}
  return sub ? `${sub} ${sid}` : token
}

/** When to ask for the next token: a minute before the end, or in the last fifth of a short life. */
export const renewalAt = (expiresAt: number, now: number): number =>
  expiresAt - Math.min(60_000, (expiresAt - now) / 5)

/** A token as people paste it. */
export const pasted = (token: string): string => token.trim().replace(/^Bearer\s+/i, '')
