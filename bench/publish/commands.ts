import { createConnection } from 'node:net'

/** PUBLISH as the Redis client of the service writes it. */
export function publishCommand(channel: string, message: Buffer): Buffer {
  const head = `*3\r\n$7\r\nPUBLISH\r\n$${Buffer.byteLength(channel)}\r\n${channel}\r\n$${message.length}\r\n`
  return Buffer.concat([Buffer.from(head), message, Buffer.from('\r\n')])
}

interface Expected {
  answers: number
  /** Stands once in every answer. */
  mark: string
}

/**
 * Writes prepared commands over one connection as fast as they are taken; resolves when each has been answered. So what
 * it costs to make messages is not part of what is measured.
 */
export function writeAll(
  url: string,
  commands: readonly Buffer[],
  { answers, mark }: Expected,
): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
  return new Promise((resolve, reject) => {
    let answered = 0
    let tail = ''
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`closed after ${answered} of ${answers} answers`)))
    socket.on('data', (chunk) => {
      const parts = (tail + chunk.toString('latin1')).split(mark)
      answered += parts.length - 1
      // an answer may come in two pieces
      tail = parts.at(-1)!.slice(parts.at(-1)!.length - (mark.length - 1))
      if (answered < answers) return
      socket.destroy()
      resolve()
    })
    for (let i = 0; i < commands.length; i += 64) socket.write(Buffer.concat(commands.slice(i, i + 64)))
  })
}
