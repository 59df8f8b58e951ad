import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'node:http'
import { Redis } from 'ioredis'
import { encode } from 'notepack.io'
import { channelOf } from './common.mjs'

/**
 * Publishes to a peer what publish.mjs publishes to the service, driven by the same lines. How a peer is reached:
 * `nchan` by POST to an nginx that hands it on through Redis, the others by PUBLISH on Redis.
 */
const [kind, address] = process.argv.slice(2)
const { monotonicMicros, orderCreated } = await import('../publish/payload.ts')
const { publishCommand, writeAll } = await import('../publish/commands.ts')
const company = '0190f3c2-5a41-7c3e-9f00-3b1c2d4e5f00'
const redis = kind === 'nchan' ? null : new Redis(address)
const numbers = new Map()
let held = []

const eventOf = (branch) => {
  const n = (numbers.get(branch) ?? 0) + 1
  numbers.set(branch, n)
  return orderCreated({ company, branch, n, t: monotonicMicros() })
}

const plainMessage = (branch) =>
  Buffer.from(`{"type":"order_created","seq":${(numbers.get(branch) ?? 0) + 1},"data":${eventOf(branch)}}`)

/** Channel and message of the next event of a branch. */
const messageOf = {
  plain: (branch) => [channelOf(branch), plainMessage(branch)],
  socketio: (branch) => {
    const packet = { type: 2, data: ['order_created', JSON.parse(eventOf(branch))], nsp: '/' }
    return [`socket.io#/#${branch}#`, encode(['bench', packet, { rooms: [branch], except: [], flags: {} }])]
  },
  nchan: (branch) => [branch, plainMessage(branch)],
}[{ socketio: 'socketio', nchan: 'nchan' }[kind] ?? 'plain']

const obey = async (line) => {
  const words = line.trim().split(/\s+/)
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  if (words[0] === 'release') {
    const commands = held
    held = []
    await writeAll(address, commands, { answers: commands.length, mark: redis ? '\n' : 'HTTP/1.1 20' })
    return { messages: commands.length, seconds: seconds() }
  }
  const appends = words[0] === 'append'
  const [branches, events, rate] = words.slice(appends ? 1 : 0).map(Number)
  if (appends) {
    const command = kind === 'nchan' ? post : publishCommand
    for (let i = 0; i < events; i++) held.push(command(...messageOf(`${i % branches}`)))
    return { branches, events, seconds: seconds() }
  }
  const running = []
  for (let sent = 0; sent < events;) {
    const due = Math.min(Math.floor(seconds() * rate), events)
    for (; sent < due; sent++) running.push(send(...messageOf(`${sent % branches}`)))
    await sleep(1)
  }
  await Promise.all(running)
  return { branches, events, rate, seconds: seconds() }
}

const send = (channel, message) => (redis ? redis.publish(channel, message) : posted(channel, message))

const post = (channel, message) =>
  Buffer.concat([
    Buffer.from(
      `POST /publish/${channel} HTTP/1.1\r\nHost: nchan\r\nContent-Length: ${message.length}\r\n\r\n`,
    ),
    message,
  ])

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const posted = (channel, message) =>
  new Promise((resolve, reject) => {
    const posting = request(`${address}/publish/${channel}`, { method: 'POST', agent }, (reply) => {
      reply.resume()
      reply.on('end', resolve)
    })
    posting.on('error', reject)
    posting.end(message)
  })

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await obey(line))}\n`)
}
redis?.disconnect()
