import { createHash } from 'node:crypto'

/**
 * Digest of a random secret (ticket, refresh token) for storage. A copy of the database is useless without the
 * secret.
 */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
