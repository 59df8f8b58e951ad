import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Teardown } from './teardown.ts'

/** A TCP proxy in front of a service that a test takes away and gives back, while others go on using it. */
export interface Proxy {
  /** The service's URL with the proxy's address. */
  readonly url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  restore(): void
}

/** Hears what goes through one connection: what clients say as it comes, answers as they are handed on. */
export interface Ear {
  client(bytes: Buffer): void
  service(bytes: Buffer): void
}

/** Answers to clients that are listened to are held back so long: what they say meanwhile they did not wait with. */
const heldBackMs = 20

/** @param listen gives each connection an ear of its own */
export async function startProxy(
  t: Teardown,
  serviceUrl: string,
  defaultPort: number,
  listen?: () => Ear,
): Promise<Proxy> {
  const url = new URL(serviceUrl)
  const service = { host: url.hostname, port: Number(url.port || defaultPort) }
  const sockets = new Set<Socket>()
  let away = false
  const server = createServer((near) => {
    if (away) return void near.destroy()
    const far = createConnection(service)
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
      if (one === near || !listen) one.pipe(other)
    }
    if (!listen) return
    const ear = listen()
    near.on('data', (bytes: Buffer) => ear.client(bytes))
    far.on('data', (bytes: Buffer) =>
      setTimeout(() => {
        ear.service(bytes)
        if (near.writable) near.write(bytes)
      }, heldBackMs),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  t.teardown(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        breakAll()
      }),
  )
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    cut() {
      away = true
      breakAll()
    },
    restore() {
      away = false
    },
  }
}
