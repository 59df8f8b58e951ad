import { Agent, request } from 'node:http'
import { Redis } from 'ioredis'
import { encode } from 'notepack.io'
import { channelOf } from './common.mjs'

/**
 * Publishes to a peer what publish.mjs publishes to the service, driven by the same lines, and appends it to the same log
 * before: so that what shares a core with the publisher has the same work to do, whoever is measured. How a peer is
 * reached: `nchan` by POST to an nginx that hands it on through Redis, the others by PUBLISH on Redis.
 */
const [kind, address, branchCount] = process.argv.slice(2)
const { readConfig } = await import('../../src/config/config.ts')
const { openDatabase } = await import('../../src/db/open.ts')
const { publishCommand } = await import('../publish/commands.ts')
const { openBenchCompany } = await import('../publish/company.ts')
const { obeyLines } = await import('../publish/lines.ts')
const { createPublisher } = await import('../publish/publisher.ts')

const plainMessage = ({ seq, data }) => Buffer.from(`{"type":"order_created","seq":${seq},"data":${data}}`)
const packet = (branch, { data }) =>
  encode([
    'bench',
    { type: 2, data: ['order_created', JSON.parse(data)], nsp: '/' },
    { rooms: [branch], except: [], flags: {} },
  ])

/** Channel and message of a committed event; a batch is one event. */
const plain = (branch, event) => [channelOf(branch), plainMessage(event)]
const others = {
  socketio: (branch, event) => [`socket.io#/#${branch}#`, packet(branch, event)],
  nchan: (branch, event) => [branch, plainMessage(event)],
}
const messageOf = others[kind] ?? plain
const messageIn = ({ stream, events }) => messageOf(stream.streamId, events[0])

const post = (channel, message) =>
  Buffer.concat([
    Buffer.from(
      `POST /publish/${channel} HTTP/1.1\r\nHost: nchan\r\nContent-Length: ${message.length}\r\n\r\n`,
    ),
    message,
  ])

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const posted = (channel, message) => {
  const posting = request(`${address}/publish/${channel}`, { method: 'POST', agent }, (reply) =>
    reply.resume(),
  )
  posting.on('error', (error) => process.stderr.write(`${error.message}\n`))
  posting.end(message)
}

const redis = kind === 'nchan' ? null : new Redis(address)
const send = redis ? (channel, message) => redis.publish(channel, message) : posted
const command = redis ? publishCommand : post

const config = readConfig()
const database = await openDatabase(config)
const company = await openBenchCompany(config, Number(branchCount), 'bench-peers')
const way = {
  announce: (batches) => batches.forEach((batch) => send(...messageIn(batch))),
  command: (batch) => command(...messageIn(batch)),
  address,
  mark: redis ? '\n' : 'HTTP/1.1 20',
}
await obeyLines(createPublisher({ database, company, way }))
redis?.disconnect()
await database.close()
