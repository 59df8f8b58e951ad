/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), or null when there is none: another scheme or an empty
 * one carries no token of ours.
 */
export function bearerToken(authorization: string | undefined): string | null {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  return token ?? null
}
