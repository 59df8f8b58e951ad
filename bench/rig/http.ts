import { createConnection } from 'node:net'
import type { Socket } from 'node:net'

/** One connection that sends a request and waits for its answer, again and again; costs little beside any server. */
export interface HttpLine {
  /** Resolves with the status of the answer. */
  post(path: string, token: string, body: string): Promise<number>
  close(): void
}

export async function openHttpLine(port: number): Promise<HttpLine> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const answer = answersOf(socket)
  return {
    post(path, token, body) {
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      return answer()
    },
    close: () => socket.destroy(),
  }
}

/** Gives the status of one answer after the other; what is asked meanwhile waits its turn. Bodies are forgotten. */
function answersOf(socket: Socket): () => Promise<number> {
  let text = ''
  const waiting: { resolve: (status: number) => void; reject: (error: Error) => void }[] = []
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (;;) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const [, length = '0'] = /content-length: (\d+)/i.exec(text.slice(0, end)) ?? []
      const whole = end + 4 + Number(length)
      if (text.length < whole) return
      const status = Number(text.slice(9, 12))
      text = text.slice(whole)
      waiting.shift()?.resolve(status)
    }
  })
  const fail = (error: Error) => {
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  return () => new Promise((resolve, reject) => waiting.push({ resolve, reject }))
}
