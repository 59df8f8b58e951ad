import { createConnection } from 'node:net'
import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'

t.test('a connection that never finishes its handshake is dropped', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const { port, httpUrl } = await startService(t, { ...env, HEADERS_TIMEOUT: '1s', REQUEST_TIMEOUT: '2s' })
  const beginnings = {
    'nothing at all': '',
    'half a line': 'GET /ws/cafe/or',
    'a body without end':
      'POST /api/users/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    'headers without end': 'GET /ws/cafe/orders/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n',
  }
  await Promise.all(
    Object.entries(beginnings).map(async ([what, bytes]) => {
      const socket = createConnection({ host: '127.0.0.1', port })
      t.teardown(() => socket.destroy())
      socket.on('error', () => {})
      if (bytes) socket.write(bytes)
      let answer = ''
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
      await new Promise((resolve) => socket.once('close', resolve))
      t.match(answer, /^HTTP\/1\.1 408 .*"code":"request_timeout"/s, what)
    }),
  )
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
  t.match(metrics, 'cafe_requests_refused_total{code="request_timeout"} 4')
})
