import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { readConfig } from '../../../src/config/config.ts'
import { StartupError } from '../../../src/config/startup-error.ts'
import { holder, openTokens } from './open-tokens.ts'

const secret = 'x'.repeat(40)
const jwkOf = (kid: string) => ({
  ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  kid,
  alg: 'EdDSA',
})
const [first, second] = [jwkOf('2026-10'), jwkOf('2026-11')]
const publicOf = ({ d: _, ...jwk }: ReturnType<typeof jwkOf>) => jwk
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as Record<string, unknown>

async function replica(t: Test, keys?: readonly object[] | string, env: Record<string, string> = {}) {
  const path = join(t.testdir({}), 'keys.json')
  if (keys) await writeFile(path, typeof keys === 'string' ? keys : JSON.stringify({ keys }))
  return openTokens(t, readConfig({ JWT_SECRET: secret, ...(keys && { JWT_KEYS_FILE: path }), ...env }))
}

t.test('without a file of keys the secret signs, and names no key', async (t) => {
  const token = (await replica(t)).issue('access', holder)
  t.same(headerOf(token), { alg: 'HS256', typ: 'JWT' })
  t.equal((await replica(t)).read('access', token).userId, holder.userId)
})

t.test('keys are changed without anybody signing in again', async (t) => {
  const before = await replica(t)
  const announced = await replica(t, [first, publicOf(second)])
  const changed = await replica(t, [second, publicOf(first)])
  const over = await replica(t, [second], { JWT_SECRET: 'y'.repeat(40) })
  const bySecret = before.issue('access', holder)
  const byFirst = announced.issue('access', holder)
  const bySecond = changed.issue('access', holder)
  t.match(headerOf(byFirst), { kid: '2026-10', alg: 'EdDSA' })
  t.match(headerOf(bySecond), { kid: '2026-11', alg: 'EdDSA' })
  for (const keys of [announced, changed]) {
    for (const token of [bySecret, byFirst, bySecond])
      t.equal(keys.read('access', token).userId, holder.userId)
  }
  t.equal(over.read('access', bySecond).userId, holder.userId)
  t.throws(() => over.read('access', byFirst))
  t.throws(() => over.read('access', bySecret))
})

t.test('a secret is changed without anybody signing in again', async (t) => {
  const token = (await replica(t)).issue('access', holder)
  const next = { JWT_SECRET: 'y'.repeat(40), JWT_PREVIOUS_SECRETS: `${'z'.repeat(40)}, ${secret}` }
  const changed = await replica(t, undefined, next)
  t.equal(changed.read('access', token).userId, holder.userId)
  t.throws(() => changed.read('access', 'a.b.c'))
  const over = await replica(t, undefined, { JWT_SECRET: next.JWT_SECRET })
  t.throws(() => over.read('access', token))
  t.throws(() => readConfig({ JWT_PREVIOUS_SECRETS: `${secret},short` }), { message: /JWT_PREVIOUS_SECRETS/ })
})

t.test('a file that cannot be trusted stops the start, with words that show nothing of it', async (t) => {
  const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const shortSecret = Buffer.alloc(31, 'k').toString('base64url')
  const wrong: Record<string, [readonly object[] | string, RegExp]> = {
    'no JSON': [`{"keys": ${secret}`, /JWK Set/],
    'no list': ['{"keys": {}}', /JWK Set/],
    'an empty list': [[], /at least one key/],
    'no kid': [[{ ...first, kid: undefined }], /keys\[0\] needs a "kid"/],
    'no algorithm': [[{ ...first, alg: undefined }], /keys\[0\] needs an "alg"/],
    'an algorithm we have not': [[{ ...first, alg: 'none' }], /keys\[0\] needs an "alg"/],
    'the same kid twice': [[first, { ...second, kid: first.kid }], /keys\[1\] has the kid/],
    'a short secret': [[{ kty: 'oct', k: shortSecret, kid: 'a', alg: 'HS256' }], /32 bytes/],
    'a short RSA key': [[{ ...weakRsa, kid: 'a', alg: 'RS256' }], /2048 bits/],
    'another algorithm than its key': [[{ ...first, alg: 'RS256' }], /RSA/],
    'another curve': [[{ ...curve, kid: 'a', alg: 'EdDSA' }], /Ed25519/],
    'half a key': [[{ ...first, x: undefined }], /no such key/],
    'only a public key to sign with': [[publicOf(first), second], /keys\[0\] signs/],
  }
  for (const [name, [keys, message]] of Object.entries(wrong)) {
    const fault = await replica(t, keys).then(
      () => null,
      (error: unknown) => error as Error,
    )
    t.type(fault, StartupError, name)
    t.match(fault?.message, message, name)
    for (const hidden of [secret, String(first.d), shortSecret]) t.notOk(fault?.message.includes(hidden))
  }
  const missing = openTokens(
    t,
    readConfig({ JWT_SECRET: secret, JWT_KEYS_FILE: join(t.testdir({}), 'none') }),
  )
  await t.rejects(missing, { message: /JWT_KEYS_FILE .*cannot be read/ })
})
