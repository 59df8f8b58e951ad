import { createHmac, timingSafeEqual } from 'node:crypto'

/** What all peers share: settings from the environment, and the look at a token that each takes before it lets a socket in. */
export const port = Number(process.env.PORT)
export const redisUrl = process.env.REDIS_URL
const secret = process.env.JWT_SECRET

/** The branch a socket asks for, or null when its token is not ours or has run out. */
export function branchOf(url) {
  const query = new URL(url, 'http://localhost').searchParams
  return isValid(query.get('token') ?? '') ? query.get('branch') : null
}

export const greeting = (branch) => JSON.stringify({ type: 'connection_established', branch })

/** Of each peer alone: what is published to one must not reach the others. */
export const channelOf = (branch) => `${process.env.PEER}:${branch}`

/** Tells who has started us that sockets may come. */
export const ready = () => process.stdout.write('ready\n')

function isValid(token) {
  const [head, claims, signature] = token.split('.')
  if (!signature) return false
  const right = createHmac('sha256', secret).update(`${head}.${claims}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).exp * 1000 > Date.now()
}
