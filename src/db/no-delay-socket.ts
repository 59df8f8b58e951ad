import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** The address of a server, as the driver hands it on: hosts and ports in turn, or a path of the file system. */
interface Address {
  readonly host: readonly string[]
  readonly port: readonly number[]
  readonly path?: string | false
}

/**
 * Opens the driver's connections without Nagle's algorithm. The driver sends a group of statements in pieces of a kilobyte,
 * and would have the last piece wait until the first has been answered: a round trip more for every longer group.
 * What is written before the connection is there is sent then. An option of postgres.js that its types do not know.
 */
export function noDelaySocket() {
  let turn = 0
  return {
    socket({ host, port, path }: Address): Socket {
      if (path) return connect({ path })
      const place = turn++ % host.length
      const address = { host: host[place]!, port: port[place]! }
      // the driver names them in its errors, and checks the certificate against the host
      return Object.assign(connect({ ...address, noDelay: true }), address)
    },
  }
}
