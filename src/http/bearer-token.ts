/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), or null when there is none: another scheme or an empty
 * one carries no token of ours.
 */
export function bearerToken(authorization: string | undefined): string | null {
  const [, token] = /^\s*Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
  return token ?? null
}

/** A token as people paste it: with the scheme of the header before it, or the end of a line behind it. */
export const pastedToken = (text: string): string => bearerToken(text) ?? text.trim()
