import t from 'tap'
import { socketPath } from '../../src/events/catalogue.ts'
import { startSocketCafe } from './cafe.ts'

/** Sockets have a context of their own: docs/decisions/0007-socket-context.md. A plain request shows its hooks. */

t.test('a path of sockets runs none of the hooks of requests', async (t) => {
  const cafe = await startSocketCafe(t, { env: { CORS_ORIGINS: '*' } })
  const headers = { origin: 'https://cafe.example' }
  const api = await fetch(`${cafe.httpUrl}/api/nowhere/`, { headers })
  t.equal(api.headers.get('access-control-allow-origin'), '*')
  const socket = await fetch(cafe.httpUrl + socketPath('orders'), { headers })
  t.equal(socket.status, 426)
  t.equal(socket.headers.get('access-control-allow-origin'), null)
  const metrics = await (await fetch(`${cafe.httpUrl}/metrics`)).text()
  t.match(metrics, /cafe_http_request_seconds_count\{[^}]*route="\/api\/users\/login\/"/)
  t.notMatch(metrics, /cafe_http_request_seconds_count\{[^}]*route="\/ws\//)
})
