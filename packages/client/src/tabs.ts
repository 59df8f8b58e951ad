import { onWake } from './environment.ts'
import type { Link, LinkParts, LinkState } from './link.ts'
import type { Greeting, ServerMessage } from './messages.ts'
import { after, furthest } from './position.ts'
import type { Position } from './position.ts'
import { subjectOf } from './token.ts'

/**
 * One socket for all tabs of a browser. The tab that holds a lock leads: it has the socket and passes on what comes. Every tab,
 * the leader's own consumer included, joins with its own position, and the leader asks the service for what came after it.
 */

/** What tabs say to each other. */
type Packet =
  | { readonly kind: 'state'; readonly state: LinkState }
  | { readonly kind: 'invitation' }
  | { readonly kind: 'message'; readonly to: string | null; readonly message: ServerMessage }
  | { readonly kind: 'join'; readonly from: string; readonly position: Position | null }
  | { readonly kind: 'wake'; readonly again: boolean }

interface Locks {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    held: () => Promise<void>,
  ): Promise<void>
}

interface Channel {
  addEventListener(type: 'message', listener: (event: { data: Packet }) => void): void
  postMessage(packet: Packet): void
  close(): void
}

const browser = globalThis as unknown as {
  readonly navigator?: { readonly locks?: Locks }
  readonly BroadcastChannel?: new (name: string) => Channel
}

const joinAgainMs = 2_000
/** A leader that is silent for so long has stopped; longer than the minute to which browsers slow timers of hidden tabs. */
const silentMs = 100_000

/** @param openLink the link of the tab that leads; of every tab, where the browser has no locks */
export function createTabLink(parts: LinkParts, openLink: (parts: LinkParts) => Link): Link {
  const { locks } = browser.navigator ?? {}
  const { BroadcastChannel } = browser
  // pages without TLS have no locks
  if (!locks || !BroadcastChannel) return openLink(parts)

  const tab = Math.random().toString(36).slice(2)
  const ending = new AbortController()
  let name = ''
  let channel: Channel | null = null
  let hub: Hub | null = null
  let joined = false
  let wanted = true
  let heardAt = Date.now()
  let joinTimer: ReturnType<typeof setTimeout> | undefined
  let stopWatching = () => {}

  const post = (packet: Packet) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel takes none
    channel?.postMessage(packet)
    hear(packet)
  }

  function hear(packet: Packet): void {
    if (ending.signal.aborted) return
    if (packet.kind === 'join' || packet.kind === 'wake') return hub?.hear(packet)
    heardAt = Date.now()
    if (packet.kind === 'state') follow(packet.state)
    else if (packet.kind === 'invitation') join()
    else if (packet.to === tab || (packet.to === null && joined)) take(packet.message)
  }

  function follow(state: LinkState): void {
    if (!wanted || state.state === 'greeted') return
    joined = false
    parts.onState(state)
  }

  function take(message: ServerMessage): void {
    if (message.type === 'connection_established' && !joined) {
      joined = true
      clearTimeout(joinTimer)
    }
    parts.onMessage(message)
  }

  /** Asks the leader for what came after the position of this tab, until it answers. */
  function join(): void {
    if (!wanted) return
    clearTimeout(joinTimer)
    joined = false
    parts.onState(connecting)
    post({ kind: 'join', from: tab, position: parts.where() })
    joinTimer = setTimeout(() => {
      if (joined || ending.signal.aborted) return
      if (Date.now() - heardAt > silentMs) lead(true)
      join()
    }, joinAgainMs)
  }

  /** Leads as soon as no other tab does. */
  function lead(steal = false): void {
    heardAt = Date.now()
    const held = () =>
      new Promise<void>((resolve) => {
        hub = createHub(parts, openLink, post)
        hub.start()
        ending.signal.addEventListener('abort', () => resolve())
      })
    locks!.request(name, steal ? { steal } : { signal: ending.signal }, held).catch(() => {
      // another tab has taken over
      hub?.stop()
      hub = null
      if (!ending.signal.aborted) lead()
    })
  }

  async function start(): Promise<void> {
    const token = await Promise.resolve(parts.getToken({ reason: 'connect', signal: parts.signal })).catch(
      () => null,
    )
    if (ending.signal.aborted) return
    // each login has a socket of its own
    name = `cafe-realtime ${parts.url.href} ${subjectOf(token ?? '')}`
    channel = new BroadcastChannel!(name)
    channel.addEventListener('message', ({ data }) => hear(data))
    stopWatching = onWake(() => {
      post({ kind: 'wake', again: false })
      // a page that was frozen may have missed packets
      if (joined && !hub) join()
    })
    lead()
    join()
  }

  return {
    start: () => void start(),
    pause(reason) {
      wanted = joined = false
      parts.onState({ ...connecting, state: 'paused', reason })
    },
    resume() {
      wanted = true
      post({ kind: 'wake', again: true })
      join()
    },
    retryLater(reason, atLeastMs = 0) {
      joined = false
      const waitMs = Math.max(atLeastMs, joinAgainMs)
      parts.onState({ ...connecting, state: 'waiting', reason, retryAt: Date.now() + waitMs })
      clearTimeout(joinTimer)
      joinTimer = setTimeout(join, waitMs)
    },
    wake: () => post({ kind: 'wake', again: false }),
    ask: () => {},
    stop() {
      ending.abort()
      stopWatching()
      clearTimeout(joinTimer)
      hub?.stop()
      channel?.close()
    },
  }
}

const connecting: LinkState = { state: 'connecting', reason: null, code: null, failures: 0, retryAt: null }

interface Hub extends Pick<Link, 'start' | 'stop'> {
  hear(packet: Extract<Packet, { kind: 'join' | 'wake' }>): void
}

/** What the leading tab does for all of them. */
function createHub(
  parts: LinkParts,
  openLink: (parts: LinkParts) => Link,
  post: (packet: Packet) => void,
): Hub {
  let greeting: Greeting | null = null
  let closed = false
  /** How far the socket has come. */
  let standing = parts.where()

  const link = openLink({
    ...parts,
    where: () => standing,
    onState(state) {
      closed = state.state === 'closed'
      if (state.state !== 'greeted') greeting = null
      post({ kind: 'state', state })
    },
    onMessage(message) {
      const isFirst = greeting === null
      note(message)
      post(isFirst ? { kind: 'invitation' } : { kind: 'message', to: null, message })
    },
  })

  function note(message: ServerMessage): void {
    if (message.type === 'connection_established') {
      greeting = message
      standing = positionOf(message)
    } else if (message.type === 'resync_required') {
      const positions = message.positions && { ...standing?.positions, ...message.positions }
      standing = { ...positionOf(message), ...(positions && { positions }), group: standing?.group }
    } else if (message.type === 'position') standing = furthest(standing!, message)
    else if ('id' in message) {
      const { branch_id, company_id } = message.data
      standing = furthest(standing!, after(standing!, branch_id ?? company_id, message.seq))
    }
  }

  /** Greets a tab where it is, and has the service send what came since. */
  function welcome(to: string, position: Position | null): void {
    const { group, epoch, seq, positions } = position ?? standing!
    const isOfNow = epoch === standing!.epoch && Boolean(positions) === Boolean(standing!.positions)
    const place = isOfNow ? { seq, positions } : { seq: standing!.seq, positions: standing!.positions }
    const message = { ...greeting!, epoch: standing!.epoch, ...place } as Greeting
    post({ kind: 'message', to, message })
    const isThere = !group || group === greeting!.group
    if (!position || !isThere) return
    if (isOfNow) return link.ask(position)
    const current = { epoch: standing!.epoch, ...place }
    for (const message of [
      { type: 'resync_required', reason: 'epoch_changed', ...current },
      { type: 'position', ...current },
    ] as ServerMessage[])
      post({ kind: 'message', to, message })
  }

  return {
    hear(packet) {
      if (packet.kind === 'wake') {
        if (packet.again && closed) link.resume()
        else link.wake()
      } else if (greeting) welcome(packet.from, packet.position)
    },
    start: link.start,
    stop: link.stop,
  }
}

const positionOf = ({ epoch, seq, positions, group }: Position): Position => ({
  group,
  epoch,
  ...(positions ? { positions } : { seq }),
})
