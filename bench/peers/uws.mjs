import uws from '@trufflesuite/uws-js-unofficial'
import { Redis } from 'ioredis'
import { branchOf, channelOf, greeting, port, ready, redisUrl } from './common.mjs'

/** uWebSockets.js with its own publish/subscribe; the branch is a topic. */
const subscriber = new Redis(redisUrl)
const subscribed = new Set()
const app = uws.App().ws('/*', {
  compression: uws.DISABLED,
  maxBackpressure: 64 * 1024 * 1024,
  idleTimeout: 120,
  upgrade(response, request, context) {
    const branch = branchOf(`${request.getUrl()}?${request.getQuery()}`)
    if (branch === null) return response.writeStatus('401 Unauthorized').end()
    const [key, protocol, extensions] = ['key', 'protocol', 'extensions'].map((name) =>
      request.getHeader(`sec-websocket-${name}`),
    )
    response.upgrade({ branch }, key, protocol, extensions, context)
  },
  open(socket) {
    const channel = channelOf(socket.branch)
    socket.subscribe(channel)
    if (subscribed.has(channel)) return socket.send(greeting(socket.branch))
    subscribed.add(channel)
    void subscriber.subscribe(channel).then(() => socket.send(greeting(socket.branch)))
  },
})
subscriber.on('messageBuffer', (channel, message) => app.publish(channel.toString('latin1'), message, false))
app.listen('127.0.0.1', port, ready)
