/** What is used of browsers and Node.js, declared here so that the types of neither are needed. */

/** The part of a WebSocket that is used; those of browsers, of Node.js 22 and of the package `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number
  send(data: string): void
  close(code?: number): void
  // each of them types its events in its own way
  // oxlint-disable-next-line typescript/no-explicit-any
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: any) => void): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

interface Target {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

interface Environment extends Partial<Target> {
  readonly WebSocket?: WebSocketConstructor
  readonly location?: { readonly href: string }
  readonly document?: Target & { readonly visibilityState: string }
}

export const environment = globalThis as unknown as Environment

/** What says that a page may have slept or changed its network; nothing in Node.js. */
const signs: [target: 'document' | 'window', type: string][] = [
  ['document', 'visibilitychange'],
  ['window', 'pageshow'],
  ['window', 'online'],
  ['window', 'offline'],
]

/**
 * Calls back when a page is seen again, comes back from the cache of the browser, or its network changes.
 * @returns what ends it
 */
export function onWake(wake: () => void): () => void {
  const { document } = environment
  const heard = () => {
    if (document?.visibilityState !== 'hidden') wake()
  }
  const targets = signs.flatMap(([where, type]) => {
    const target = where === 'document' ? document : environment
    return document && target?.addEventListener ? [[target as Target, type] as const] : []
  })
  for (const [target, type] of targets) target.addEventListener(type, heard)
  return () => {
    for (const [target, type] of targets) target.removeEventListener(type, heard)
  }
}
