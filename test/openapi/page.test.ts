import t from 'tap'
import { startApp } from '../support/app.ts'

t.test('the page of the API document', async (t) => {
  const cafe = await startApp(t)
  const get = (url: string) => cafe.app.inject({ url })

  t.test('comes with everything it needs from here', async (t) => {
    const { statusCode, headers, body } = await get('/api/docs/')
    t.equal(statusCode, 200)
    t.match(headers['content-type'], 'text/html')
    const policy = String(headers['content-security-policy'])
    t.match(policy, "default-src 'none'")
    t.match(policy, "script-src 'self';")
    t.notMatch(policy, 'http')
    const links = Array.from(body.matchAll(/(?:src|href)="([^"]+)"/g), ([, link]) => link!)
    t.ok(links.length >= 6)
    for (const link of links) {
      t.equal((await get(new URL(link, 'http://x/api/docs/').pathname)).statusCode, 200, link)
    }
  })

  t.test('reads the same document', async (t) => {
    t.same((await get('/api/docs/json')).json(), (await get('/api/openapi.json')).json())
  })
})
