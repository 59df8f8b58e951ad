import { readFile } from 'node:fs/promises'
import { repository } from '../support/repository.ts'
import { servePage } from '../support/site.ts'
import type { Teardown } from '../support/teardown.ts'

/**
 * What many front ends do: a context keeps the last message of a socket, and screens act on it in an effect. `follow(url)`
 * opens a socket; `heard()` says what came and what an effect has seen, once `count` messages have come.
 */
const script = `
  const { createContext, createElement, useContext, useEffect, useState } = React
  const LastMessage = createContext(null)
  const nameOf = ({ id, type }) => id ?? type

  function SocketProvider({ url, received, children }) {
    const [last, setLast] = useState(null)
    useEffect(() => {
      const socket = new WebSocket(url)
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data)
        received.push(nameOf(message))
        setLast(message)
      }
      return () => socket.close()
    }, [url])
    return createElement(LastMessage.Provider, { value: last }, children)
  }

  function Screen({ seen }) {
    const last = useContext(LastMessage)
    const [cards, setCards] = useState([])
    useEffect(() => {
      if (!last) return
      seen.push(nameOf(last))
      setCards((before) => [...before.slice(-29), last])
    }, [last])
    return cards.map((card, at) => createElement('p', { key: at }, JSON.stringify(card)))
  }

  function follow(url) {
    const socket = { received: [], seen: [] }
    const root = document.body.appendChild(document.createElement('div'))
    const screen = createElement(Screen, socket)
    ReactDOM.createRoot(root).render(createElement(SocketProvider, { url, ...socket }, screen))
    socket.heard = (count) =>
      new Promise((done) => {
        const look = () => {
          const { received, seen } = socket
          if (received.length >= count && seen.at(-1) === received.at(-1)) done({ received, seen })
          else setTimeout(look, 50)
        }
        look()
      })
    return socket
  }
`

/** Serves that page from an origin of its own; ends with the test. */
export async function serveLastMessagePage(t: Teardown): Promise<string> {
  const [react, dom] = await Promise.all(
    ['react/umd/react.production.min.js', 'react-dom/umd/react-dom.production.min.js'].map((path) =>
      readFile(`${repository}node_modules/${path}`, 'utf8'),
    ),
  )
  const html = `<!doctype html><meta charset="utf-8"><body></body><script>${react}</script><script>${dom}</script><script>${script}</script>`
  return servePage(t, html)
}
