import { connect } from 'node:net'
import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { faultOf } from './shape.ts'
import type { Answer } from './shape.ts'

/** Sends bytes and reads until the service ends the connection, or has sent a whole answer. */
function exchange(port: number, sent: string | Buffer): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setTimeout(15_000, () =>
      socket.destroy(new Error(`no end of the answer after: ${text.slice(0, 200)}`)),
    )
    socket.on('connect', () => socket.write(sent))
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? undefined : reject(error),
    )
    socket.on('close', () => resolve(answersIn(text)))
  })
}

function answersIn(text: string): Answer[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .filter(Boolean)
    .map((answer) => {
      const end = answer.indexOf('\r\n\r\n')
      const [status, ...headers] = answer.slice(0, end).split('\r\n')
      return {
        status: Number(status!.split(' ')[1]),
        headers: Object.fromEntries(
          headers.map((header) => [
            header.slice(0, header.indexOf(':')).toLowerCase(),
            header.slice(header.indexOf(':') + 1).trim(),
          ]),
        ),
        text: answer.slice(end + 4),
      }
    })
}

t.test('what is hardly HTTP, at the port of the process', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const { port, httpUrl, output } = await startService(t, env)
  const close = 'Host: x\r\nConnection: close\r\n'

  const cases: [what: string, sent: string | Buffer, statuses: number[]][] = [
    ['no request', 'hello\r\n\r\n', [400]],
    ['bytes', Buffer.from([0x16, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x00]), [400]],
    ['another protocol', 'GET / FTP/1.0\r\n\r\n', [400]],
    ['another version', 'GET / HTTP/9.9\r\n\r\n', [400, 505]],
    ['a method there is not', `BREW /pot HTTP/1.1\r\n${close}\r\n`, [400]],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
    [
      'two lengths',
      `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      [400],
    ],
    [
      'a length and chunks',
      `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      [400],
    ],
    [
      'a length that is none',
      `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Length: x\r\n\r\n{}`,
      [400],
    ],
    ['a negative length', `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Length: -1\r\n\r\n{}`, [400]],
    [
      'a broken chunk',
      `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      [400],
    ],
    ['a header with a line feed', `GET /healthz HTTP/1.1\r\nX-A: b\nX-C\r\n${close}\r\n`, [400]],
    ['a header with NUL', `GET /healthz HTTP/1.1\r\nX-A: b\0c\r\n${close}\r\n`, [400]],
    ['a blank in the address', `GET /health z HTTP/1.1\r\n${close}\r\n`, [400]],
    ['NUL in the address', `GET /\0 HTTP/1.1\r\n${close}\r\n`, [400]],
    ['a long address', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${close}\r\n`, [431]],
    ['large headers', `GET /healthz HTTP/1.1\r\n${close}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`, [431]],
    ['many headers', `GET /healthz HTTP/1.1\r\n${close}${'X: y\r\n'.repeat(3000)}\r\n`, [431, 200]],
    [
      'a large body that is announced',
      `POST /api/users/login/ HTTP/1.1\r\n${close}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{`,
      [413],
    ],
    ['a whole address', `GET http://elsewhere/healthz HTTP/1.1\r\n${close}\r\n`, [200]],
    ['an address of something else', `GET nonsense HTTP/1.1\r\n${close}\r\n`, [400, 404]],
    ['a tunnel', `CONNECT elsewhere:443 HTTP/1.1\r\n${close}\r\n`, []],
    [
      'an upgrade to something else',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
      [200],
    ],
    [
      'an upgrade to a socket where none is',
      `GET /ws/cafe/nothing/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      [404],
    ],
    [
      'an upgrade with a body that nobody will read',
      `POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}`,
      [400],
    ],
  ]
  for (const [what, sent, statuses] of cases) {
    t.test(what, async (t) => {
      const answers = await exchange(port, sent)
      for (const answer of answers) {
        t.ok(statuses.length === 0 || statuses.includes(answer.status), `${answer.status} ${answer.text}`)
        // without a host Node itself answers, with nothing but the status
        if (answer.status >= 400 && what !== 'no host') t.equal(faultOf(answer), null, JSON.stringify(answer))
      }
      if (statuses.length > 0) t.equal(answers.length, 1, 'one answer')
    })
  }

  t.test('the process is alive and said nothing of faults', async (t) => {
    t.equal((await fetch(`${httpUrl}/healthz`)).status, 200)
    t.notMatch(output(), /"level":(50|60)|Error:/)
  })
})
