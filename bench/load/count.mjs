import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * Stands in for load.cpp where there is no C++ compiler, driven by the same lines: raw sockets whose frames are counted and
 * hardly looked at. It sees when something is missing or too much, not which, nor in what order.
 */
let clients = []
let wanted = 0
let looksAtTime = false
let deliveries = 0
let complete = 0
let tooMany = 0
let closed = 0
let firstAt = 0
let lastAt = 0
let delays = []
let finished = () => {}

const micros = () => Number(process.hrtime.bigint() / 1000n)

function open(port, protocol, path, receivedAll) {
  const client = { socket: createConnection({ port, host: '127.0.0.1', noDelay: true }), stage: 'upgrading' }
  Object.assign(client, { rest: Buffer.alloc(0), got: 0, code: 0, protocol, done: receivedAll })
  client.socket.on('connect', () =>
    client.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    ),
  )
  client.socket.on('data', (chunk) => take(client, chunk))
  client.socket.on('error', () => {})
  client.socket.on('close', () => {
    if (client.stage === 'open') closed++
    else settle(client, 'failed')
    client.code ||= 1006
    client.stage = 'closed'
  })
  return client
}

function settle(client, how) {
  if (client.stage === 'open' || client.stage === 'closed') return
  client.stage = how === 'failed' ? 'closed' : 'open'
  client.done(how)
}

function take(client, chunk) {
  client.rest = client.rest.length > 0 ? Buffer.concat([client.rest, chunk]) : chunk
  if (client.stage === 'upgrading') {
    const end = client.rest.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!client.rest.subarray(0, end).includes(' 101 ')) return client.socket.destroy()
    client.rest = client.rest.subarray(end + 4)
    client.stage = 'greeting'
    if (client.protocol === 'bare') settle(client, 'opened')
  }
  let at = 0
  for (;;) {
    const { rest } = client
    if (rest.length - at < 2) break
    const short = rest[at + 1] & 127
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    if (rest.length - at < head) break
    const size = head === 2 ? short : head === 4 ? rest.readUInt16BE(at + 2) : rest.readUInt32BE(at + 6)
    if (rest.length - at < head + size) break
    frame(client, rest[at] & 15, rest.subarray(at + head, at + head + size))
    at += head + size
  }
  client.rest = client.rest.subarray(at)
}

function frame(client, opcode, body) {
  if (opcode === 9) return answer(client, 10, body)
  if (opcode === 8) {
    client.code = body.length >= 2 ? body.readUInt16BE(0) : 1005
    return void client.socket.destroy()
  }
  if (opcode !== 1 && opcode !== 2) return
  if (client.protocol === 'socketio' && body.length > 0) {
    const kind = body.toString('latin1', 0, 2)
    if (kind[0] === '0') return answer(client, 1, Buffer.from('40'))
    if (kind === '2') return answer(client, 1, Buffer.from('3'))
    if (kind === '40') return settle(client, 'opened')
  }
  if (client.stage === 'greeting') {
    if (body.includes('connection_established')) settle(client, 'opened')
    return
  }
  if (!body.includes('"n":')) return
  const now = micros()
  firstAt ||= now
  lastAt = now
  deliveries++
  client.got++
  if (client.got > wanted) tooMany++
  if (looksAtTime) delays.push(now - Number(/"t":(\d+)/.exec(body.toString('latin1', 0, 400))?.[1]))
  if (client.got === wanted && ++complete === clients.length) finished()
}

/** A mask of zeros changes nothing. */
const answer = (client, opcode, body) =>
  void client.socket.write(
    Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | body.length, 0, 0, 0, 0]), body]),
  )

const commands = {
  connect(port, protocol, file, atOnce) {
    const paths = readFileSync(file, 'utf8').trim().split('\n')
    const began = micros()
    const counts = { opened: 0, failed: 0 }
    return new Promise((resolve) => {
      clients = []
      const next = () => clients.push(open(Number(port), protocol, paths[clients.length], settled))
      const settled = (how) => {
        counts[how]++
        if (clients.length < paths.length) next()
        if (counts.opened + counts.failed === paths.length)
          resolve({ ...counts, us: micros() - began, cpu_us: 0 })
      }
      while (clients.length < Math.min(Number(atOnce), paths.length)) next()
    })
  },
  begin(count, latency) {
    wanted = Number(count)
    looksAtTime = latency === '1'
    deliveries = complete = tooMany = closed = firstAt = lastAt = 0
    delays = []
    for (const client of clients) client.got = 0
    return {}
  },
  async wait(limitMs) {
    let late
    if (wanted === 0 || complete < clients.length) {
      await new Promise((resolve) => {
        finished = resolve
        late = setTimeout(resolve, Number(limitMs))
      })
    }
    clearTimeout(late)
    finished = () => {}
    const expected = wanted * clients.length
    delays.sort((a, b) => a - b)
    const quantile = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0
    return {
      expected,
      deliveries,
      missing: Math.max(0, expected - deliveries),
      repeated: tooMany,
      disordered: 0,
      closed,
      first_us: firstAt,
      last_us: lastAt,
      bytes: 0,
      reads: 0,
      p50_us: quantile(0.5),
      p99_us: quantile(0.99),
      close_codes: clients.map(({ code }) => code).filter(Boolean),
    }
  },
  stall(count) {
    for (const { socket } of clients.slice(0, Number(count))) socket.pause()
    return {}
  },
  read() {
    for (const { socket } of clients) socket.resume()
    return {}
  },
  close() {
    for (const client of clients) {
      client.stage = 'closed'
      client.socket.resetAndDestroy()
    }
    clients = []
    return {}
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(' ')
  process.stdout.write(`${JSON.stringify(await commands[name](...words))}\n`)
}
process.exit(0)
