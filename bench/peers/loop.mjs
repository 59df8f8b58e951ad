import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import { branchOf, channelOf, greeting, port, ready, redisUrl } from './common.mjs'

/**
 * What most people write: @fastify/websocket, ioredis, and a loop over the sockets of a branch.
 * `stringify`: every message is parsed once and made JSON again for every socket; `forward`: one buffer goes to all.
 */
const forwards = process.argv[2] === 'forward'
const sockets = new Map()
const subscriber = new Redis(redisUrl)
subscriber.on('messageBuffer', (channel, message) => {
  const audience = sockets.get(channel.toString('latin1'))
  if (!audience) return
  if (forwards) {
    for (const socket of audience) if (socket.readyState === 1) socket.send(message, { binary: false })
  } else {
    const event = JSON.parse(message.toString())
    for (const socket of audience) if (socket.readyState === 1) socket.send(JSON.stringify(event))
  }
})

const app = Fastify()
await app.register(websocket, { options: { perMessageDeflate: false } })
app.get('/ws', { websocket: true }, async (socket, request) => {
  const branch = branchOf(request.raw.url)
  if (branch === null) return socket.close(4003)
  const channel = channelOf(branch)
  let audience = sockets.get(channel)
  if (!audience) {
    sockets.set(channel, (audience = new Set()))
    audience.subscribed = subscriber.subscribe(channel)
  }
  audience.add(socket)
  socket.on('close', () => audience.delete(socket))
  await audience.subscribed
  socket.send(greeting(branch))
})
await app.listen({ port, host: '127.0.0.1' })
ready()
