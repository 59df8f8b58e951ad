import { createHmac, randomUUID } from 'node:crypto'
import t from 'tap'
import { signingSecret } from '../../../src/accounts/tokens/jwt-secret.ts'
import { onBoth, testSecret } from '../../support/database.ts'
import { startCompany } from '../staff.ts'

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

function forge(header: object, claims: object, secret: string, hash = 'sha256'): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as Record<string, unknown>

t.test('tokens', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startCompany(t, { kind, clock: () => new Date(now) })
    const waiter = await cafe.hire('waiter')
    const { access, refresh } = waiter.login
    const secret = await signingSecret(cafe.config)
    const profile = (token?: string) => cafe.withToken(token).get('/api/users/profile/')
    const hs256 = { alg: 'HS256', typ: 'JWT' }

    t.test('say whom they are for; access lives 12 hours, refresh 90 days', async (t) => {
      t.equal(secret, testSecret)
      t.same(headerOf(access), hs256)
      const claims = claimsOf(access)
      t.match(claims, {
        typ: 'access',
        sub: waiter.id,
        role: 'waiter',
        branch: cafe.branches[0],
        ver: 1,
      })
      t.type(claims.company, 'string')
      t.type(claims.sid, 'string')
      t.type(claims.jti, 'string')
      const life = (token: string) => Number(claimsOf(token).exp) - Number(claimsOf(token).iat)
      t.equal(Math.floor(life(access) / 3600), 12)
      t.equal(Math.floor(life(refresh) / 86_400), 90)
      t.equal(claimsOf(refresh).typ, 'refresh')
    })

    t.test('nobody else can make them', async (t) => {
      const good = claimsOf(access)
      const [head, body, signature] = access.split('.') as [string, string, string]
      const forged: Record<string, string> = {
        'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
        'alg None with a signature': `${encode({ alg: 'None', typ: 'JWT' })}.${body}.${signature}`,
        'no signature': `${head}.${body}.`,
        'another secret': forge(hs256, good, 'another secret that is long enough, too'),
        'another algorithm': forge({ alg: 'HS512', typ: 'JWT' }, good, secret, 'sha512'),
        'another user': `${head}.${encode({ ...good, sub: cafe.owner.id })}.${signature}`,
        'another header': `${encode({ alg: 'RS256', typ: 'JWT' })}.${body}.${signature}`,
        expired: forge(hs256, { ...good, exp: Math.floor(now / 1000) - 1 }, secret),
        'without expiry': forge(hs256, { ...good, exp: undefined }, secret),
        'not yet valid': forge(hs256, { ...good, nbf: Math.floor(now / 1000) + 3600 }, secret),
        'a session of somebody else': forge(
          hs256,
          { ...good, sid: claimsOf(cafe.owner.login.access).sid },
          secret,
        ),
        'an unknown session': forge(hs256, { ...good, sid: randomUUID() }, secret),
        'a session that is no id': forge(hs256, { ...good, sid: "1' or true --" }, secret),
        'another version': forge(hs256, { ...good, ver: 2 }, secret),
        'without a version': forge(hs256, { ...good, ver: undefined }, secret),
        'without a kind': forge(hs256, { ...good, typ: undefined }, secret),
        'no token at all': 'abc',
        'three dots': '...',
      }
      for (const [name, token] of Object.entries(forged)) {
        const { status, body, headers } = await profile(token)
        t.equal(status, 401, name)
        t.equal(body.code, 'token_not_valid', name)
        t.equal(headers['www-authenticate'], 'Bearer')
      }
      t.equal((await profile(forge(hs256, good, secret))).status, 200, 'the forger itself works')
    })

    t.test('a refresh token opens nothing, an access token refreshes nothing', async (t) => {
      t.equal((await profile(refresh)).body.code, 'token_not_valid')
      const refused = await cafe.withToken().post('/api/users/refresh/', { refresh: access })
      t.equal(refused.status, 401)
      t.equal(refused.body.code, 'token_not_valid')
    })

    t.test('what they claim beside user and session is only a hint', async (t) => {
      const claims = { ...claimsOf(access), role: 'owner', company: randomUUID(), branch: randomUUID() }
      const { status, body } = await profile(forge(hs256, claims, secret))
      t.equal(status, 200)
      t.equal(body.role, 'waiter')
      t.same(body.branch_ids, [cafe.branches[0]])
    })

    t.test('without a token, or with something else in the header, nobody is signed in', async (t) => {
      const without = await profile()
      t.equal(without.status, 401)
      t.equal(without.body.code, 'not_authenticated')
      t.equal(without.body.detail, 'Учетные данные не были предоставлены.')
      for (const authorization of [access, `Token ${access}`, 'Bearer ', 'Basic YTpi']) {
        const { status, body } = await cafe
          .withToken()
          .get('/api/users/profile/', { headers: { authorization } })
        t.equal(status, 401)
        t.equal(body.code, 'not_authenticated')
      }
      const inUrl = await cafe.withToken().get(`/api/users/profile/?token=${access}`)
      t.equal(inUrl.status, 401, 'HTTP takes tokens from the header alone')
    })

    t.test('expire by the clock', async (t) => {
      now += 12 * 3_600_000 + 1000
      t.equal((await profile(access)).body.code, 'token_not_valid')
      const { status } = await cafe.withToken().post('/api/users/refresh/', { refresh })
      t.equal(status, 200)
      now += 90 * 86_400_000
      const late = await cafe.withToken().post('/api/users/refresh/', { refresh })
      t.equal(late.body.code, 'token_not_valid')
    })
  }),
)
