import ReconnectingSocket from 'reconnecting-websocket'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

/** The clients of the peers, with the settings they come with; each tells the number of every event. */
export const clients = {
  uws(url, path, onEvent) {
    const socket = new ReconnectingSocket(new URL(path, url.replace('http', 'ws')).href, [], { WebSocket })
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data)
      if (message.data) onEvent(message.data.n)
    })
    return socket
  },
  socketio(url, path, onEvent) {
    const { searchParams } = new URL(path, 'http://localhost')
    const query = { branch: searchParams.get('branch'), token: searchParams.get('token') }
    const socket = io(url, { transports: ['websocket'], query, forceNew: true })
    socket.on('order_created', ({ n }) => onEvent(n))
    return socket
  },
}
