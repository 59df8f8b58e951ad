import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { onBoth, testSecret } from '../../support/database.ts'
import type { DatabaseKind } from '../../support/database.ts'
import { openSocket } from '../../support/socket.ts'
import { startCompany } from '../staff.ts'
import type { Login } from '../staff.ts'

type Signature = (input: string) => Buffer

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const forge = (header: object, claims: object, signature: Signature): string => {
  const input = `${encode({ typ: 'JWT', ...header })}.${encode(claims)}`
  return `${input}.${signature(input).toString('base64url')}`
}
const by =
  (secret: string | Buffer): Signature =>
  (input) =>
    createHmac('sha256', secret).update(input).digest()
const byKey =
  (key: KeyObject, hash: string | null): Signature =>
  (input) =>
    sign(hash, Buffer.from(input), key)
const unsigned: Signature = () => Buffer.alloc(0)
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

const ed = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const shared = randomBytes(32)
const foreign = {
  ed: generateKeyPairSync('ed25519'),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const previousSecret = 'the secret before this one that is long enough'

/** EdDSA signs; an RSA key and a secret accept what they signed before. */
const keySet = {
  keys: [
    { ...ed.privateKey.export({ format: 'jwk' }), kid: 'ed', alg: 'EdDSA' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256' },
    { kty: 'oct', k: shared.toString('base64url'), kid: 'shared', alg: 'HS256' },
  ],
}

async function start(t: Test, kind: DatabaseKind) {
  const path = join(t.testdir({}), 'keys.json')
  await writeFile(path, JSON.stringify(keySet))
  let now = Date.now()
  const env = { JWT_KEYS_FILE: path, JWT_PREVIOUS_SECRETS: previousSecret }
  const cafe = await startCompany(t, { kind, env, clock: () => new Date(now) })
  const { socketUrl } = await cafe.listen()
  return { cafe, socketUrl, seconds: () => Math.floor(now / 1000), pass: (ms: number) => void (now += ms) }
}

t.test('attacks on tokens', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, socketUrl, seconds, pass } = await start(t, kind)
    const waiter = await cafe.hire('waiter')
    const { access, refresh } = waiter.login
    const good = claimsOf(access)
    const profile = (token: string) => cafe.withToken(token).get('/api/users/profile/')
    const byEd = byKey(ed.privateKey, null)

    const refused = async (t: Test, attacks: Record<string, string>) => {
      for (const [name, token] of Object.entries(attacks)) {
        t.match(await profile(token), { status: 401, body: { code: 'token_not_valid' } }, name)
        const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${token}`)
        t.equal((await socket.closed()).code, 4003, `${name}, at a socket`)
        const renewed = await cafe.withToken().post('/api/users/refresh/', { refresh: token })
        t.equal(renewed.status, 401, `${name}, as a refresh token`)
      }
    }

    t.test('the forger itself works with every key that is ours', async (t) => {
      const made: Record<string, string> = {
        EdDSA: forge({ alg: 'EdDSA', kid: 'ed' }, good, byEd),
        RS256: forge({ alg: 'RS256', kid: 'rsa' }, good, byKey(rsa.privateKey, 'sha256')),
        HS256: forge({ alg: 'HS256', kid: 'shared' }, good, by(shared)),
        'JWT_SECRET, which names no key': forge({ alg: 'HS256' }, good, by(testSecret)),
        'the secret before it': forge({ alg: 'HS256' }, good, by(previousSecret)),
        'a token older than issuer and audience': forge(
          { alg: 'HS256' },
          { ...good, iss: undefined, aud: undefined },
          by(testSecret),
        ),
      }
      for (const [name, token] of Object.entries(made)) t.equal((await profile(token)).status, 200, name)
    })

    t.test('alg none', (t) => {
      const [, body, signature] = access.split('.')
      const variants = ['none', 'None', 'NONE', ''].flatMap((alg) =>
        [{ alg }, { alg, kid: 'ed' }].map((header): [string, string] => [
          JSON.stringify(header),
          forge(header, good, unsigned),
        ]),
      )
      return refused(t, {
        ...Object.fromEntries(variants),
        'with the signature of another': `${encode({ alg: 'none', kid: 'ed' })}.${body}.${signature}`,
        'no signature': forge({ alg: 'EdDSA', kid: 'ed' }, good, unsigned),
      })
    })

    t.test('a public key as secret, and one algorithm in place of another', (t) => {
      const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
      const edPem = ed.publicKey.export({ type: 'spki', format: 'pem' })
      return refused(t, {
        'RSA PEM': forge({ alg: 'HS256', kid: 'rsa' }, good, by(pem)),
        'RSA PEM without its last line feed': forge(
          { alg: 'HS256', kid: 'rsa' },
          good,
          by(String(pem).trim()),
        ),
        'RSA DER': forge(
          { alg: 'HS256', kid: 'rsa' },
          good,
          by(rsa.publicKey.export({ type: 'spki', format: 'der' })),
        ),
        'RSA PEM, naming no key': forge({ alg: 'HS256' }, good, by(pem)),
        'Ed25519 PEM': forge({ alg: 'HS256', kid: 'ed' }, good, by(edPem)),
        'Ed25519 raw': forge(
          { alg: 'HS256', kid: 'ed' },
          good,
          by(Buffer.from(String(ed.publicKey.export({ format: 'jwk' }).x), 'base64url')),
        ),
        'RS512 by the RSA key': forge({ alg: 'RS512', kid: 'rsa' }, good, byKey(rsa.privateKey, 'sha512')),
        'RS256 by the key of another kid': forge(
          { alg: 'RS256', kid: 'shared' },
          good,
          byKey(rsa.privateKey, 'sha256'),
        ),
        'HS256 by the secret of another kid': forge({ alg: 'HS256', kid: 'ed' }, good, by(shared)),
        'a named secret, not named': forge({ alg: 'HS256' }, good, by(shared)),
        'JWT_SECRET under a name': forge({ alg: 'HS256', kid: 'shared' }, good, by(testSecret)),
      })
    })

    t.test('keys that are not ours', (t) => {
      const { ed: theirEd, rsa: theirRsa } = foreign
      const kids = ['unknown', '', '__proto__', 'constructor', '../../../dev/null', 1, null, ['ed'], {}]
      const named = kids.map((kid): [string, string] => [
        `kid ${JSON.stringify(kid)}`,
        forge({ alg: 'EdDSA', kid }, good, byEd),
      ])
      return refused(t, {
        ...Object.fromEntries(named),
        'another Ed25519 key': forge({ alg: 'EdDSA', kid: 'ed' }, good, byKey(theirEd.privateKey, null)),
        'another RSA key': forge({ alg: 'RS256', kid: 'rsa' }, good, byKey(theirRsa.privateKey, 'sha256')),
        'another secret': forge({ alg: 'HS256' }, good, by('another secret that is long enough, too')),
        'an empty secret': forge({ alg: 'HS256', kid: 'nothing' }, good, by('')),
        'a key brought along': forge(
          { alg: 'EdDSA', jwk: theirEd.publicKey.export({ format: 'jwk' }) },
          good,
          byKey(theirEd.privateKey, null),
        ),
        'a key at an address': forge(
          { alg: 'EdDSA', kid: 'ed', jku: 'https://attacker.example/keys.json' },
          good,
          byKey(theirEd.privateKey, null),
        ),
        'an extension that must be understood': forge(
          { alg: 'EdDSA', kid: 'ed', crit: ['exp2'], exp2: 1 },
          good,
          byEd,
        ),
      })
    })

    t.test('well signed, but not for us or not now', (t) => {
      const signed = (change: object) => forge({ alg: 'EdDSA', kid: 'ed' }, { ...good, ...change }, byEd)
      const unnamed = (change: object) => forge({ alg: 'HS256' }, { ...good, ...change }, by(testSecret))
      return refused(t, {
        expired: signed({ exp: seconds() - 1 }),
        'without an end': signed({ exp: undefined }),
        'not yet valid': signed({ nbf: seconds() + 60 }),
        'for another audience': signed({ aud: 'another-service' }),
        'for several audiences': signed({ aud: ['another-service', 'cafe-realtime'] }),
        'for nobody': signed({ aud: undefined }),
        'of another issuer': signed({ iss: 'another-service' }),
        'of nobody': signed({ iss: undefined }),
        'of the secret, for another audience': unnamed({ aud: 'another-service' }),
        'of the secret, for nobody': unnamed({ aud: undefined }),
        'of the secret, of another issuer': unnamed({ iss: 'another-service' }),
        'of another kind': signed({ typ: 'ticket' }),
        'of no kind': signed({ typ: undefined }),
        'of another session': signed({ sid: claimsOf(cafe.owner.login.access).sid }),
        'of a session there is not': signed({ sid: randomUUID() }),
        'of another version': signed({ ver: 2 }),
      })
    })

    t.test('one kind of token in place of another', async (t) => {
      t.match(await profile(refresh), { status: 401, body: { code: 'token_not_valid' } })
      const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${refresh}`)
      t.equal((await socket.closed()).code, 4003)
      const renewed = await cafe.withToken().post('/api/users/refresh/', { refresh: access })
      t.match(renewed, { status: 401, body: { code: 'token_not_valid' } })
    })

    t.test('a refresh token that the service never gave out, though it is well signed', async (t) => {
      const person = await cafe.hire('waiter')
      const claims = { ...claimsOf(person.login.refresh), jti: randomUUID() }
      const made = forge({ alg: 'EdDSA', kid: 'ed' }, claims, byEd)
      t.equal((await cafe.withToken().post('/api/users/refresh/', { refresh: made })).status, 401)
      t.equal((await person.get('/api/users/profile/')).status, 401, 'the key is in wrong hands: it ends')
    })

    t.test('a refresh token used again', async (t) => {
      const person = await cafe.hire('waiter')
      const rotate = (token: string) =>
        cafe.withToken().post<Login>('/api/users/refresh/', { refresh: token, rotate: true })
      const { body: next } = await rotate(person.login.refresh)
      pass(10_001)
      t.equal((await rotate(person.login.refresh)).status, 401)
      t.equal((await rotate(next.refresh)).status, 401, 'its successor ends with it')
      t.equal((await person.get('/api/users/profile/')).status, 401, 'and the access token')
    })

    t.test('a ticket used twice', async (t) => {
      const { body } = await waiter.post<{ ticket: string }>('/api/ws-tickets/')
      const connect = () => openSocket(t, `${socketUrl}/ws/cafe/orders/?ticket=${body.ticket}`)
      await (await connect()).next('connection_established')
      t.equal((await (await connect()).closed()).code, 4003)
    })
  }),
)
