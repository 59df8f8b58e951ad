import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Teardown } from '../support/teardown.ts'

/** A proxy before PostgreSQL that stops one transaction at its commit, for as long as a test needs it. */
export interface CommitProxy {
  readonly url: string
  /**
   * Stops the next transaction that sends `text`: before its commit gets to PostgreSQL, or after PostgreSQL has committed
   * and before that is known to anybody. Resolves when it stands there; its connection says nothing any more.
   */
  stop(text: string, moment: 'before commit' | 'after commit'): Promise<void>
  /** Ends the connections that stand. */
  cut(): void
}

interface Trap {
  text: string
  moment: 'before commit' | 'after commit'
  sprung: () => void
}

export async function startCommitProxy(t: Teardown, databaseUrl: string): Promise<CommitProxy> {
  const url = new URL(databaseUrl)
  const service = { host: url.hostname, port: Number(url.port || 5432) }
  const sockets = new Set<Socket>()
  const stopped = new Set<Socket>()
  let trap: Trap | undefined
  const server = createServer((near) => {
    const far = createConnection(service)
    let trapped = false
    let silent = false
    const spring = () => {
      silent = true
      stopped.add(near).add(far)
      trap!.sprung()
      trap = undefined
    }
    near.on('data', (chunk) => {
      if (silent) return
      trapped ||= trap !== undefined && chunk.includes(trap.text)
      if (trapped && trap?.moment === 'before commit' && /commit/i.test(chunk.toString('latin1')))
        return spring()
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (silent) return
      if (trapped && trap?.moment === 'after commit' && chunk.includes('COMMIT\0')) return spring()
      near.write(chunk)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    stop: (text, moment) =>
      new Promise((resolve) => {
        trap = { text, moment, sprung: resolve }
      }),
    cut() {
      for (const socket of stopped) socket.destroy()
      stopped.clear()
    },
  }
}
