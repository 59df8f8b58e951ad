import { openSocket } from '../support/socket.ts'
import { password } from './cafe.ts'
import type { Cafe, Group, Walk } from './cafe.ts'
import { resign, tampered, unsigned } from './forgery.ts'
import { request } from './http.ts'

/** Guide §9: connections that are closed, with 4003 and 4004, after the upgrade and without a word before. */
export async function refusals(t: Walk, cafe: Cafe): Promise<void> {
  const { httpUrl, socketUrl, signingSecret } = cafe.target
  const good = await cafe.token('waiter1')
  const { body: login } = await request<{ refresh: string }>(httpUrl, 'POST', '/api/users/login/', {
    body: { email: 'waiter1@test.com', password },
  })

  const bad: Record<string, string> = {
    'no token': '',
    'an empty token': '?token=',
    'what is no token': '?token=garbage',
    'three parts of garbage': '?token=a.b.c',
    'a token signed by someone else': `?token=${resign(good, 'somebody else’s secret of enough length')}`,
    'a token without a signature (alg none)': `?token=${unsigned(good)}`,
    'changed claims under an old signature': `?token=${tampered(good)}`,
    'a refresh token': `?token=${login.refresh}`,
  }
  if (signingSecret) {
    const past = Math.floor(Date.now() / 1000) - 60
    bad['an expired token'] = `?token=${resign(good, signingSecret, { iat: past - 3600, exp: past })}`
    await t.test(
      'a token signed anew with the real secret is good, so the expired one is refused for its time',
      async (t) => {
        const socket = await openSocket(
          t,
          `${socketUrl}/ws/cafe/orders/?token=${resign(good, signingSecret)}`,
        )
        t.equal((await socket.next()).type, 'connection_established')
      },
    )
  }
  for (const [what, query] of Object.entries(bad)) {
    await t.test(`4003 for ${what}`, async (t) => {
      for (const group of ['orders', 'tables', 'kitchen'] satisfies Group[]) {
        const socket = await openSocket(t, `${socketUrl}/ws/cafe/${group}/${query}`)
        t.equal((await socket.closed()).code, 4003)
        t.same(socket.messages, [], 'nothing was said before')
      }
    })
    await t.test(`401 on HTTP for ${what}`, async (t) => {
      const token = query.replace('?token=', '')
      const { status, headers, body } = await request(httpUrl, 'GET', '/api/cafe/orders/', { token })
      t.equal(status, 401)
      t.equal(body.code, token ? 'token_not_valid' : 'not_authenticated')
      t.ok(headers.get('www-authenticate')?.startsWith('Bearer'))
    })
  }

  await t.test('4004 for a user without a company', async (t) => {
    const token = await cafe.token('nocompany')
    for (const group of ['orders', 'tables', 'kitchen'] satisfies Group[]) {
      const socket = await openSocket(t, `${socketUrl}/ws/cafe/${group}/?token=${token}`)
      t.equal((await socket.closed()).code, 4004)
      t.same(socket.messages, [], 'nothing was said before')
    }
    const { status, body } = await request(httpUrl, 'GET', '/api/cafe/orders/', { token })
    t.equal(status, 403)
    t.equal(body.code, 'no_company')
  })

  await t.test('a plain GET on a socket path is told to upgrade', async (t) => {
    for (const path of ['orders/', 'tables/', 'kitchen/', 'orders', 'tables', 'kitchen']) {
      const { status, headers, body } = await request(
        socketUrl.replace(/^ws/, 'http'),
        'GET',
        `/ws/cafe/${path}`,
      )
      t.equal(status, 426)
      t.ok(headers.get('content-type')?.startsWith('application/json'))
      t.equal(body.code, 'upgrade_required')
      t.ok(body.detail)
    }
  })
}
