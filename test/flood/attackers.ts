import { createConnection } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Attack, AttackReport } from './attack.ts'

/** The attackers, in a process of their own: what they cost must not slow down who is measured. Ends with its parent. */

const attack = JSON.parse(process.argv[2]!) as Attack
const report: AttackReport = { sockets: 0, closed: {}, sent: 0, cut: 0, guesses: {} }
const { hostname, port } = new URL(attack.httpUrl)
const groups = ['orders', 'tables', 'kitchen'] as const

process.on('message', () => process.send!(report))
process.on('disconnect', () => process.exit(0))

const count = (counts: Record<string, number>, key: number) => (counts[key] = (counts[key] ?? 0) + 1)

/** A socket that comes back, after a while, whenever it is closed. */
function openSocket(i: number, onOpen: (socket: WebSocket) => void): void {
  const token = attack.tokens[i % attack.tokens.length]!
  const url = `${attack.httpUrl.replace('http', 'ws')}/ws/cafe/${groups[i % groups.length]!}/?token=${token}`
  const socket = new WebSocket(url)
  socket.on('open', () => {
    report.sockets++
    onOpen(socket)
    socket.once('close', () => report.sockets--)
  })
  socket.on('error', () => {})
  socket.on('close', (code) => {
    count(report.closed, code)
    setTimeout(() => openSocket(i, onOpen), 1000)
  })
}

const rubbish = [
  '{"action":"ping"}',
  '{"action":"noise"}',
  '{',
  '[[[[[[[[',
  '{"__proto__":{"action":"ping"}}',
  'x'.repeat(200),
  Buffer.from([0, 255, 1, 2]),
  `{"action":"refresh","token":"${'e'.repeat(300)}"}`,
  `{"action":"resume","since":${'9'.repeat(40)}}`,
]

function shout(socket: WebSocket): void {
  if (socket.readyState !== socket.OPEN) return
  for (let i = 0; i < 50 && socket.bufferedAmount < 65_536; i++, report.sent++)
    socket.send(rubbish[report.sent % rubbish.length]!)
  setTimeout(() => shout(socket), socket.bufferedAmount < 65_536 ? 0 : 50)
}

/** A connection that is opened anew whenever it is ended. */
function openConnection(speak: (write: (text: string) => void) => () => void): void {
  const connection = createConnection({ host: hostname, port: Number(port) })
  const hush = speak((text) => connection.writable && connection.write(text))
  connection.on('error', () => {})
  connection.resume()
  connection.on('close', () => {
    hush()
    report.cut++
    setTimeout(() => openConnection(speak), 100)
  })
}

const nothing = () => () => {}

function byteByByte(write: (text: string) => void): () => void {
  write('POST /api/users/login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  const dripping = setInterval(() => write('a'), 300)
  return () => clearInterval(dripping)
}

async function guess(i: number): Promise<never> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${i + 1}` }
  for (let n = 0; ; n++) {
    const body = JSON.stringify({ email: attack.victim, password: `guess ${i} ${n}` })
    const reply = await fetch(`${attack.httpUrl}/api/users/login/`, { method: 'POST', headers, body }).catch(
      () => null,
    )
    await reply?.arrayBuffer().catch(() => {})
    count(report.guesses, reply?.status ?? 0)
    await delay(20)
  }
}

for (let i = 0; i < attack.silent; i++) {
  if (i % 2) openSocket(i, () => {})
  else openConnection(nothing)
  // a handshake in between: the attackers' own event loop must keep up
  if (i % 50 === 0) await delay(10)
}
for (let i = 0; i < attack.noisy; i++) openSocket(i, shout)
for (let i = 0; i < attack.slow; i++) openConnection(byteByByte)
for (let i = 0; i < attack.guessers; i++) void guess(i)
