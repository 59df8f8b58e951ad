import { createHash } from 'node:crypto'

/** How secrets of full entropy (tickets, refresh tokens) are kept: a copy of the database opens nothing. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
