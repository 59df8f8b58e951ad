import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Django's password hashes (django.contrib.auth.hashers), so that imported users keep their passwords:
 * `pbkdf2_sha256$<iterations>$<salt>$<base64>` and `argon2$argon2id$…`.
 */
export type DjangoHash =
  | { readonly kind: 'pbkdf2'; readonly iterations: number; readonly salt: string; readonly digest: Buffer }
  /** In the form every argon2 library reads. */
  | { readonly kind: 'argon2'; readonly hash: string }

/** Django 6 uses 1,200,000 rounds. A hash with many more would occupy a thread for each attempt. */
const maxIterations = 3_000_000
/** Django takes 102,400 KiB, two passes, eight lanes. */
const maxArgon2 = { m: 262_144, t: 10, p: 16 } as const

const pbkdf2Form = /^pbkdf2_sha256\$([1-9]\d{0,8})\$([^$]{1,128})\$([A-Za-z0-9+/]{43}=)$/
const argon2Form =
  /^argon2(\$argon2(?:id|i|d)\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,4})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86})$/

/** Null for any other text, and for a hash that needs more work than Django's. */
export function readDjangoHash(stored: string): DjangoHash | null {
  const [, iterations, salt, digest] = pbkdf2Form.exec(stored) ?? []
  if (iterations && salt && digest) {
    if (Number(iterations) > maxIterations) return null
    return { kind: 'pbkdf2', iterations: Number(iterations), salt, digest: Buffer.from(digest, 'base64') }
  }
  const [, hash, m, t, p] = argon2Form.exec(stored) ?? []
  if (!hash || Number(m) > maxArgon2.m || Number(t) > maxArgon2.t || Number(p) > maxArgon2.p) return null
  return { kind: 'argon2', hash }
}

const derive = promisify(pbkdf2)

/** Compares in constant time; hashes on a thread of the pool. */
export async function matchesPbkdf2(
  { iterations, salt, digest }: Extract<DjangoHash, { kind: 'pbkdf2' }>,
  password: string,
): Promise<boolean> {
  return timingSafeEqual(await derive(password, salt, iterations, digest.length, 'sha256'), digest)
}
