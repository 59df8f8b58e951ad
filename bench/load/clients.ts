import { WebSocket } from 'ws'
import { connect } from '../../packages/client/src/index.ts'
import { repository } from '../../test/support/repository.ts'
import type { ServerKind } from '../rig/servers.ts'

/** A client as the users of a server take it, with the settings that it comes with. */
export interface Client {
  close(): void
}

/** Opens a client on a path of `Server.paths`; `onEvent` gets the number of each event. */
export type OpenClient = (url: string, path: string, onEvent: (n: number) => void) => Client

export const clientTitles = {
  ours: '@cafe-realtime/client',
  uws: 'reconnecting-websocket',
  socketio: 'socket.io-client',
} as const satisfies Partial<Record<ServerKind, string>>

export type ClientKind = keyof typeof clientTitles

/** The client of a server; those of the peers are installed in bench/ alone. */
export async function clientOf(kind: ClientKind): Promise<OpenClient> {
  if (kind === 'ours') return ours
  const { clients } = (await import(`${repository}bench/peers/clients.mjs`)) as {
    clients: Record<ClientKind, OpenClient>
  }
  return clients[kind]
}

const ours: OpenClient = (url, path, onEvent) => {
  const token = new URL(path, 'http://localhost').searchParams.get('token')!
  const connection = connect({ url, group: 'orders', token, WebSocket })
  connection.on('order_created', ({ data }) => onEvent((data as unknown as { n: number }).n))
  return connection
}
