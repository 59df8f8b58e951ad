import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSigner, createVerifier } from 'fast-jwt'
import type { Config } from '../config.ts'
import { StartupError } from '../startup-error.ts'
import { signingSecret } from './secret.ts'

type Claims = Record<string, unknown>

/** Signs tokens with one key, and knows those of several. */
export interface Keys {
  sign(claims: Claims): string
  /**
   * The claims of a token whose signature is good by the key it names, and by that key's one algorithm (RFC 8725 §3.1);
   * times are not looked at.
   * @throws whatever is wrong with it
   */
  verify(token: string): { claims: Claims; namesKey: boolean }
}

interface Key {
  /** Null for a key that accepts alone. */
  readonly sign: ((claims: Claims) => string) | null
  readonly verify: (token: string) => Claims
}

/** A key as RFC 7517 writes it, with what this service demands of one. */
type NamedJwk = JsonWebKey & { kid: string; alg: Algorithm }

const algorithms = ['HS256', 'EdDSA', 'RS256'] as const
type Algorithm = (typeof algorithms)[number]

/** As many as the hash has (RFC 7518 §3.2). */
const secretBytes = 32
const rsaBits = 2048

/**
 * The keys of the settings: the first of JWT_KEYS_FILE signs, the others accept. Tokens that name no key are of the
 * secret, which signs where there is no such file, or of one of the secrets before it.
 * @throws StartupError when the file cannot be read or trusted
 */
export async function openKeys(config: Config): Promise<Keys> {
  const secrets = [await signingSecret(config), ...config.jwtPreviousSecrets].map((secret) =>
    secretKey(Buffer.from(secret)),
  )
  const named = config.jwtKeysFile ? await readKeys(config.jwtKeysFile) : new Map<string, Key>()
  const [signing = secrets[0]!] = named.values()
  return {
    sign: signing.sign!,
    verify(token) {
      const kid = keyNamedBy(token)
      if (kid === undefined) return { claims: verifiedByOneOf(secrets, token), namesKey: false }
      const key = typeof kid === 'string' ? named.get(kid) : undefined
      if (!key) throw new Error('the token names a key that is not ours')
      return { claims: key.verify(token), namesKey: true }
    },
  }
}

/** What stands in the header is believed only once the signature is good by the key it names. */
function keyNamedBy(token: string): unknown {
  const header = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()
  return (JSON.parse(header) as { kid?: unknown }).kid
}

function verifiedByOneOf(keys: readonly Key[], token: string): Claims {
  const faults: unknown[] = []
  for (const key of keys) {
    try {
      return key.verify(token)
    } catch (fault) {
      faults.push(fault)
    }
  }
  throw new AggregateError(faults, 'no secret of ours made the token')
}

async function readKeys(path: string): Promise<Map<string, Key>> {
  const damaged = (what: string) => new StartupError(`JWT_KEYS_FILE ${path}: ${what}`)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw damaged(`cannot be read: ${(error as Error).message}`)
  }
  const jwks = jwksIn(text)
  if (!jwks) throw damaged('must be a JWK Set, {"keys": […]}, with at least one key')
  const keys = new Map<string, Key>()
  for (const [i, jwk] of jwks.entries()) {
    const fault = faultOf(jwk)
    if (fault) throw damaged(`keys[${i}] ${fault}`)
    if (keys.has(jwk.kid)) throw damaged(`keys[${i}] has the kid of a key before it`)
    keys.set(jwk.kid, keyOf(jwk))
  }
  const [first] = keys.values()
  if (!first!.sign) throw damaged('keys[0] signs, so it must be a private key or a secret')
  return keys
}

/** The parser's own words would quote the file, so they are not passed on. */
function jwksIn(text: string): NamedJwk[] | null {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    const listed =
      Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'object' && key)
    return listed ? (keys as NamedJwk[]) : null
  } catch {
    return null
  }
}

/** What is wrong with a key of the file, in words that show nothing of it. */
function faultOf(jwk: NamedJwk): string | null {
  if (typeof jwk.kid !== 'string' || jwk.kid === '') return 'needs a "kid"'
  if (!algorithms.includes(jwk.alg)) return `needs an "alg": ${algorithms.join(', ')}`
  if (jwk.alg === 'HS256') {
    const long = jwk.kty === 'oct' && typeof jwk.k === 'string' && secretOf(jwk).length >= secretBytes
    return long ? null : `must be of "kty" oct with a "k" of at least ${secretBytes} bytes`
  }
  const pair = pairOf(jwk)
  if (!pair) return 'is no such key'
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = pair.public
  if (jwk.alg === 'EdDSA') return type === 'ed25519' ? null : 'must be an Ed25519 key'
  const strong = type === 'rsa' && (details?.modulusLength ?? 0) >= rsaBits
  return strong ? null : `must be an RSA key of at least ${rsaBits} bits`
}

const secretOf = ({ k }: JsonWebKey): Buffer => Buffer.from(k ?? '', 'base64url')

function pairOf(jwk: NamedJwk): { public: KeyObject; private: KeyObject | null } | null {
  const source = { key: jwk, format: 'jwk' } as const
  try {
    return { public: createPublicKey(source), private: jwk.d === undefined ? null : createPrivateKey(source) }
  } catch {
    return null
  }
}

function keyOf(jwk: NamedJwk): Key {
  const { kid, alg } = jwk
  if (alg === 'HS256') return secretKey(secretOf(jwk), kid)
  const pair = pairOf(jwk)!
  const privatePem = pair.private?.export({ type: 'pkcs8', format: 'pem' })
  return {
    sign: privatePem ? createSigner<Claims>({ algorithm: alg, kid, key: privatePem }) : null,
    verify: verifier(alg, pair.public.export({ type: 'spki', format: 'pem' })),
  }
}

const secretKey = (key: Buffer, kid?: string): Key => ({
  sign: createSigner<Claims>({ algorithm: 'HS256', kid, key }),
  verify: verifier('HS256', key),
})

/** Times are checked by who reads the claims, by the clock of the service. */
function verifier(algorithm: Algorithm, key: string | Buffer): (token: string) => Claims {
  const verify = createVerifier<string>({
    key,
    algorithms: [algorithm],
    ignoreExpiration: true,
    ignoreNotBefore: true,
  })
  return (token) => verify(token) as Claims
}
