import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { branchOf, port, ready, redisUrl } from './common.mjs'

/** socket.io with its Redis adapter; the branch is a room. */
const http = createServer()
const publisher = new Redis(redisUrl)
const io = new Server(http, {
  transports: ['websocket'],
  adapter: createAdapter(publisher, publisher.duplicate()),
  perMessageDeflate: false,
  serveClient: false,
})
io.use((socket, next) => {
  const branch = branchOf(socket.request.url)
  if (branch === null) return next(new Error('not authenticated'))
  void socket.join(branch)
  next()
})
http.listen(port, '127.0.0.1', ready)
