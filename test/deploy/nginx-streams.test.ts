import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { openEventStream } from '../support/event-stream.ts'
import { startNginx } from '../support/nginx.ts'
import { startService } from '../support/process.ts'

t.test('nginx passes server-sent events on as they come, and keeps no ticket', async (t) => {
  const env = { ...(await freshDatabaseEnv(t, { content: 'demo' })), PING_INTERVAL: '500ms' }
  const [one, two] = await Promise.all([startService(t, env), startService(t, env)])
  const nginx = await startNginx(t, [one.port, two.port])
  const send = async <Body>(path: string, body: object, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization }
    const reply = await fetch(nginx.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await reply.json()) as Body
  }
  const account = { email: 'waiter1@test.com', password: 'demo12345' }
  const { access } = await send<{ access: string }>('/api/users/login/', account)
  const { ticket } = await send<{ ticket: string }>('/api/ws-tickets/', {}, `Bearer ${access}`)
  const stream = await openEventStream(
    t,
    `${nginx.httpUrl}/api/cafe/events/stream/?group=orders&ticket=${ticket}`,
    { headers: { 'accept-encoding': 'gzip, br' } },
  )
  t.equal(stream.headers['content-encoding'], undefined)
  await stream.next('connection_established')
  for (let i = 0; i < 3; i++) {
    const { id } = await send<{ id: string }>('/api/cafe/orders/', {}, `Bearer ${access}`)
    const { data } = await stream.next('order_created')
    t.match(data, { order: { id } }, 'each comes before the next is sent')
  }
  const headers = { authorization: `Bearer ${access}` }
  const url = `${nginx.httpUrl}/api/cafe/events/?group=orders&wait=30&since=${stream.lastId}`
  const answer = fetch(url, { headers }).then(async (reply) => reply.json())
  await send('/api/cafe/orders/', {}, headers.authorization)
  t.match(await answer, { events: [{ type: 'order_created' }] })
  stream.close()
  t.notMatch(await nginx.accessLog(), ticket)
  t.notMatch(nginx.errors(), ticket)
})
