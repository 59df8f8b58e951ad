import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Teardown } from '../../test/support/teardown.ts'

/** A TCP path to a server that can be cut, as Wi-Fi is. */
export interface CutLine {
  readonly port: number
  /** Ends its connections and takes no new ones for so many milliseconds. */
  cut(ms: number): void
}

export async function openCutLine(t: Teardown, target: number): Promise<CutLine> {
  const sockets = new Set<Socket>()
  let cutUntil = 0
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.setNoDelay(true).pipe(to)
    from.on('error', () => {})
    from.once('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((near) => {
    if (performance.now() < cutUntil) return near.resetAndDestroy()
    const far = createConnection({ host: '127.0.0.1', port: target })
    carry(near, far)
    carry(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut(ms) {
      cutUntil = performance.now() + ms
      for (const socket of sockets) socket.destroy()
    },
  }
}
