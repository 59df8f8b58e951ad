import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Teardown } from '../support/teardown.ts'

/** What a link does to one piece of traffic: passes it on after some milliseconds, or loses it. */
type Treatment = (bytes: Buffer, direction: 'request' | 'answer') => number | 'lost'

/** A TCP path that can be made bad in more ways than being cut: it stays open, and is slow or swallows. */
export interface Link {
  readonly url: string
  treat(treatment: Treatment): void
  /** Good again; connections on which something was lost end, as TCP would end them. */
  heal(): void
}

export async function openLink(t: Teardown, target: { url: string; port: number }): Promise<Link> {
  let treatment: Treatment = () => 0
  const sockets = new Set<Socket>()
  const torn = new Set<Socket>()

  const carry = (from: Socket, to: Socket, direction: 'request' | 'answer') => {
    let lastDue = 0
    from.on('data', (bytes) => {
      const fate = treatment(bytes, direction)
      if (fate === 'lost') return void torn.add(from)
      // nothing overtakes what was sent before it
      const now = performance.now()
      lastDue = Math.max(lastDue, now + fate)
      if (lastDue <= now) to.write(bytes)
      else setTimeout(() => to.destroyed || to.write(bytes), lastDue - now)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      torn.delete(from)
      to.destroy()
    })
    from.setNoDelay(true)
    sockets.add(from)
  }
  const server = createServer((near) => {
    const far = createConnection({ host: '127.0.0.1', port: target.port })
    carry(near, far, 'request')
    carry(far, near, 'answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const url = new URL(target.url)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    treat(how) {
      treatment = how
    },
    heal() {
      treatment = () => 0
      for (const socket of torn) socket.destroy()
    },
  }
}
