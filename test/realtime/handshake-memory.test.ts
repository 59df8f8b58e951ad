import type { IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { waitUntil } from '../support/wait.ts'
import { startSocketCafe } from './cafe.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

t.test('the request of a handshake does not live as long as its socket', async (t) => {
  const cafe = await startSocketCafe(t)
  const requests: WeakRef<IncomingMessage>[] = []
  cafe.app.server.on('upgrade', (request: IncomingMessage) => requests.push(new WeakRef(request)))
  const sockets = await Promise.all(Array.from({ length: 5 }, () => cafe.connect('waiter1', 'orders')))
  for (const socket of sockets) await socket.next('connection_established')
  t.equal(requests.length, sockets.length)
  await waitUntil(
    () => {
      collectGarbage()
      return requests.every((request) => request.deref() === undefined)
    },
    { what: 'all requests are collected' },
  )
  for (const socket of sockets) {
    socket.send({ action: 'ping' })
    t.match(await socket.next('pong'), { type: 'pong' })
  }
})
