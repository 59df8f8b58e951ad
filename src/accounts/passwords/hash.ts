import { hash, verify } from '@node-rs/argon2'
import { ApiError } from '../../http/errors.ts'
import { matchesPbkdf2, readDjangoHash } from './django.ts'

/**
 * argon2id (the library's default kind) with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane). The work runs
 * on the library's threads, never on the event loop.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const passwordLength = { minimum: 8, maximum: 128 } as const

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost))

/**
 * Whether the password matches the hash. Without a hash (an unknown account) the result is false and takes the same
 * time, so that response times do not reveal accounts. `guard` gets the check when its turn comes and may throw:
 * parallel attempts must not all pass before the first one fails.
 */
export function verifyPassword(
  storedHash: string | null,
  password: string,
  guard: (check: () => Promise<boolean>) => Promise<boolean> = (check) => check(),
): Promise<boolean> {
  const check = async () => (await matches(storedHash ?? decoy, password)) && storedHash !== null
  return inTurn(() => guard(check))
}

/** Whether a hash has another format or cost and should be replaced at login. */
export const isOutdated = (storedHash: string): boolean => !storedHash.startsWith(own)

/** Verifies our own or a Django hash. Any other hash matches no password. */
async function matches(storedHash: string, password: string): Promise<boolean> {
  if (storedHash.startsWith('$argon2')) return verify(storedHash, password)
  const foreign = readDjangoHash(storedHash)
  if (!foreign) return false
  return foreign.kind === 'pbkdf2' ? matchesPbkdf2(foreign, password) : verify(foreign.hash, password)
}

const own = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`

/** A well-formed hash of the same cost that belongs to no password. */
const decoy = `${own}${'A'.repeat(22)}$${'A'.repeat(43)}`

// Half of libuv's four threads: many logins leave the others for files and DNS, and take 38 MiB at most.
const maxAtOnce = 2
const maxWaiting = 500
const waiting: (() => void)[] = []
let working = 0

/** Bounds memory and threads: when the queue is full, the caller gets `unavailable` and does not wait. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (working >= maxAtOnce) {
    if (waiting.length >= maxWaiting) throw new ApiError('unavailable', { retryAfter: 5 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else working++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else working--
  }
}
