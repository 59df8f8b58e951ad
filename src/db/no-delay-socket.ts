import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Server address from the driver: lists of hosts and ports, or a Unix socket path. */
interface Address {
  readonly host: readonly string[]
  readonly port: readonly number[]
  readonly path?: string | false
}

/**
 * Opens the driver's connections without Nagle's algorithm. The driver sends a group of statements in chunks of a kilobyte,
 * and with Nagle the last chunk waits until the first is acknowledged: one more round trip for every larger group.
 * Data written before the connection is established is sent afterwards. `socket` is an untyped option of postgres.js.
 */
export function noDelaySocket() {
  let turn = 0
  return {
    socket({ host, port, path }: Address): Socket {
      if (path) return connect({ path })
      const place = turn++ % host.length
      const address = { host: host[place]!, port: port[place]! }
      // the driver uses them in its errors and checks the certificate against the host
      return Object.assign(connect({ ...address, noDelay: true }), address)
    },
  }
}
