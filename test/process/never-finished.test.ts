import { createConnection } from 'node:net'
import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'

t.test('a connection that never finishes its handshake is dropped', async (t) => {
  const { port } = await startService(t, await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' }))
  const beginnings = {
    'nothing at all': '',
    'half a line': 'GET /ws/cafe/or',
    'headers without end': 'GET /ws/cafe/orders/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n',
  }
  const began = performance.now()
  await Promise.all(
    Object.entries(beginnings).map(async ([what, bytes]) => {
      const socket = createConnection({ host: '127.0.0.1', port })
      t.teardown(() => socket.destroy())
      socket.on('error', () => {})
      if (bytes) socket.write(bytes)
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
      t.ok(performance.now() - began < 20_000, what)
    }),
  )
})
