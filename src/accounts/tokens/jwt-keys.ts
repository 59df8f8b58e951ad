import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Config } from '../../config/config.ts'
import { StartupError } from '../../config/startup-error.ts'
import { signingSecret } from './jwt-secret.ts'

/** A key of the settings, as `@fastify/jwt` takes it: bytes of a secret, or PEM. */
export interface Key {
  /** Names the key in the headers of its tokens; undefined for the secret. */
  readonly kid: string | undefined
  /** The one algorithm of the key (RFC 8725 §3.1). */
  readonly alg: Algorithm
  /** Null for a key that only verifies. */
  readonly private: string | Buffer | null
  readonly public: string | Buffer
}

/** Signs with one key, verifies with several. */
export interface Keys {
  readonly signing: Key
  /**
   * The key that a token must be verified with: the one that its header names, or the secret.
   * @param verifies whether a key verifies the token; asked only where one of several secrets may have signed it
   * @throws when the key is unknown or of another algorithm
   */
  keyFor(header: TokenHeader, verifies: (key: Key) => boolean): Key
}

/** What a token says of its key; trusted only after the signature is verified. */
export interface TokenHeader {
  readonly kid?: unknown
  readonly alg?: unknown
}

/** A key as RFC 7517 writes it, with what this service demands of one. */
type NamedJwk = JsonWebKey & { kid: string; alg: Algorithm }

const algorithms = ['HS256', 'EdDSA', 'RS256'] as const
type Algorithm = (typeof algorithms)[number]

/** At least the size of the hash (RFC 7518 §3.2). */
const secretBytes = 32
const rsaBits = 2048

/**
 * The keys of the settings: the first of JWT_KEYS_FILE signs, the others only verify. A token without a key id
 * belongs to the secret or a previous secret. The secret signs when there is no such file.
 * @throws StartupError when the file cannot be read or trusted
 */
export async function openKeys(config: Config): Promise<Keys> {
  const secrets = [await signingSecret(config), ...config.jwtPreviousSecrets].map((secret) =>
    secretKey(Buffer.from(secret)),
  )
  const named = config.jwtKeysFile ? await readKeys(config.jwtKeysFile) : new Map<unknown, Key>()
  const [signing = secrets[0]!] = named.values()
  return {
    signing,
    keyFor({ kid, alg }, verifies) {
      const ofSecrets = () => (secrets.length === 1 ? secrets[0] : secrets.find(verifies))
      const key = kid === undefined ? ofSecrets() : named.get(kid)
      if (!key) throw new Error('no key of ours made the token')
      if (alg !== key.alg) throw new Error('the token names another algorithm than that of its key')
      return key
    },
  }
}

async function readKeys(path: string): Promise<Map<unknown, Key>> {
  const damaged = (what: string) => new StartupError(`JWT_KEYS_FILE ${path}: ${what}`)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw damaged(`cannot be read: ${(error as Error).message}`)
  }
  const jwks = jwksIn(text)
  if (!jwks) throw damaged('must be a JWK Set, {"keys": […]}, with at least one key')
  const keys = new Map<unknown, Key>()
  for (const [i, jwk] of jwks.entries()) {
    const problem = problemOf(jwk)
    if (problem) throw damaged(`keys[${i}] ${problem}`)
    if (keys.has(jwk.kid)) throw damaged(`keys[${i}] has the kid of a key before it`)
    keys.set(jwk.kid, keyOf(jwk))
  }
  const [first] = keys.values()
  if (!first!.private) throw damaged('keys[0] signs, so it must be a private key or a secret')
  return keys
}

/** Null when it does not parse. The parser's message would quote the file, so it is dropped. */
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

/** The error of a key; it shows nothing of the key. */
function problemOf(jwk: NamedJwk): string | null {
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
  return {
    kid,
    alg,
    private: pair.private?.export({ type: 'pkcs8', format: 'pem' }) ?? null,
    public: pair.public.export({ type: 'spki', format: 'pem' }),
  }
}

const secretKey = (secret: Buffer, kid?: string): Key => ({
  kid,
  alg: 'HS256',
  private: secret,
  public: secret,
})
