/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), or null when there is none: with another scheme or an
 * empty value.
 */
export function bearerToken(authorization: string | undefined): string | null {
  const [, token] = /^\s*Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
  return token ?? null
}

/** A token as people paste it: the scheme of the header before it, or a line end after it, is removed. */
export const pastedToken = (text: string): string => bearerToken(text) ?? text.trim()
