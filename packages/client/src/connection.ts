import { Emitter } from './emitter.ts'
import type { Link, LinkParts, LinkState } from './link.ts'
import { waitOf } from './link.ts'
import type {
  CafeEvent,
  EventTypeOf,
  Greeting,
  Group,
  Resync,
  ResyncRequired,
  ServerMessage,
} from './messages.ts'
import { after, furthest, reachedIn } from './position.ts'
import type { Position, PositionStorage } from './position.ts'
import { Reader } from './reader.ts'
import { resolvers } from './resolvers.ts'
import { ConnectionClosedError } from './status.ts'
import type { Status } from './status.ts'

/** What a connection hands to its consumers. */
export type Item<G extends Group> = CafeEvent<EventTypeOf<G>> | Resync

/** What `on` listens to: a type of event, `event` for all of them, `resync`, `status`, `error`. */
export interface Listeners<G extends Group> {
  readonly event: CafeEvent<EventTypeOf<G>>
  readonly resync: Resync
  readonly status: Status
  /**
   * What the snapshot, a listener or the storage threw. Without a listener that of the snapshot is in the status alone, and others
   * are thrown as uncaught errors.
   */
  readonly error: unknown
}

/** Fetches everything anew and shows it. Its result may be a position, such as a snapshot: older events are then skipped. */
export type Snapshot = (about: {
  readonly reason: Resync['reason']
  readonly signal: AbortSignal
}) => Promise<unknown>

export interface Connection<G extends Group> extends AsyncIterable<Item<G>, undefined> {
  /** The same object until something changes. */
  readonly status: Status
  /** When the service was heard last, in milliseconds since 1970. */
  readonly heartbeatAt: number | null
  /** What was handled last; null before the first greeting. */
  readonly position: Position | null
  /** Resolves when it is live for the first time; fails when it is closed before. */
  readonly ready: Promise<void>
  /**
   * Listens. A listener may be asynchronous: the next event waits for it.
   * @returns what ends it
   */
  on<T extends EventTypeOf<G>>(type: T, listener: (event: CafeEvent<T>) => unknown): () => void
  on<N extends keyof Listeners<G>>(name: N, listener: (value: Listeners<G>[N]) => unknown): () => void
  /** Comes back at once; also after the service closed it for good. */
  reconnect(): void
  /** Ends it: loops over it end, nothing is delivered any more. */
  close(): void
}

interface Parts {
  readonly start: Position | null
  readonly snapshot: Snapshot | undefined
  readonly storage: { readonly store: PositionStorage; readonly key: string } | null
  /** More events than these waiting for a consumer: the connection pauses and comes back with the position reached. */
  readonly queueLimit: number
  readonly staleAfterMs: number
  readonly signal: AbortSignal | undefined
  readonly openLink: (parts: Pick<LinkParts, 'where' | 'onMessage' | 'onState' | 'signal'>) => Link
}

const notEvents = ['status', 'error'] as const

/** Keeps the position, hands out every event once and in order, and says how the connection is. */
export function createConnection<G extends Group>(parts: Parts): Connection<G> {
  const { snapshot, storage, queueLimit, staleAfterMs } = parts
  const emitter = new Emitter<string>()
  const readers = new Set<Reader<Item<G>>>()
  const ending = new AbortController()
  let position = parts.start
  let queue: ServerMessage[] = []
  let working = false
  let overflowed = false
  /** The position that the present socket was opened with. */
  let asked: Position | null = null
  /** The first greeting of the present socket; null until it comes. */
  let greeting: Greeting | null = null
  /** Whether missed events are still on their way. */
  let behind = false
  /** A resync that has not been carried out yet. */
  let due: Resync['reason'] | null = position ? null : 'first_connection'
  let heartbeatAt: number | null = null
  let staleTimer: ReturnType<typeof setTimeout> | undefined
  let status: Status = {
    state: 'connecting',
    reason: null,
    code: null,
    since: Date.now(),
    heartbeatAt,
    failures: 0,
    retryAt: null,
  }
  // whoever does not wait for it hears of the end by the status
  const ready = resolvers()

  const link = parts.openLink({
    where: () => (asked = position),
    onMessage: receive,
    onState: follow,
    signal: ending.signal,
  })

  function receive(message: ServerMessage): void {
    heartbeatAt = Date.now()
    if (message.type === 'pong') return show({})
    if (message.type === 'connection_established' && !greeting) {
      // what is still waiting comes again after the position
      queue = []
      greeting = message
      behind = asked !== null
      show({ state: behind || (due && snapshot) ? 'replaying' : 'live', reason: due })
    }
    if (overflowed) return
    queue.push(message)
    if (queue.length > queueLimit) {
      overflowed = true
      link.pause('slow_consumer')
    }
    void work()
  }

  function follow({ state, reason, code, failures, retryAt }: LinkState): void {
    if (ending.signal.aborted || state === 'greeted') return
    greeting = null
    const about = { reason, code, failures, retryAt }
    if (state === 'closed') return end(new ConnectionClosedError({ code, reason }), about)
    if (state === 'paused') return show({ ...about, state: 'stale' })
    const lasting = ['connecting', 'reconnecting', 'stale'].includes(status.state)
    if (!lasting) {
      clearTimeout(staleTimer)
      staleTimer = setTimeout(() => {
        if (status.state === 'reconnecting') show({ state: 'stale' })
      }, staleAfterMs)
    }
    // while it tries, the reason is still what broke the connection
    const cause = state === 'connecting' && { reason: status.reason, code: status.code }
    show({ ...about, ...cause, ...(!lasting && { state: 'reconnecting' }) })
  }

  function show(change: Partial<Status>): void {
    const state = change.state ?? status.state
    const since = state === status.state ? status.since : Date.now()
    const settled = state === 'live' && { reason: null, code: null, failures: 0, retryAt: null }
    status = { ...status, ...change, ...settled, since, heartbeatAt }
    if (state === 'live') ready.resolve()
    for (const listener of emitter.of('status')) void guarded(() => listener(status))
  }

  /** Handles what waits, one after the other, as long as somebody listens. */
  async function work(): Promise<void> {
    if (working) return
    working = true
    while (queue.length > 0 && hasConsumer() && !ending.signal.aborted) {
      const message = queue.shift()!
      try {
        await handle(message)
      } catch (error) {
        if (ending.signal.aborted) break
        // not thrown where nobody listens: the status says it, and it is done again
        for (const listener of emitter.of('error')) listener(error)
        queue = []
        // what failed is done first when it is back
        position = null
        link.retryLater('snapshot_failed', waitOf(error))
      }
    }
    working = false
    if (!overflowed || queue.length > 0 || ending.signal.aborted) return
    overflowed = false
    link.resume()
  }

  const hasConsumer = () => readers.size > 0 || emitter.hasOther(...notEvents)

  async function handle(message: ServerMessage): Promise<void> {
    if (message.type === 'connection_established') return greet(message)
    if (message.type === 'resync_required') return resync(message.reason, message)
    if (message.type === 'position') return arrive(message)
    if ('id' in message) return handOut(message)
  }

  async function greet(message: Greeting): Promise<void> {
    const { group } = message
    // the first branch of a company continues the stream of the company
    if (message !== greeting) return keep(placeOf(message, group))
    if (due) return resync(due, message)
    // the position came about while this socket was opened without one
    if (!asked) return link.resume()
    if (position!.group && position!.group !== group) {
      // a position of another branch is of no use
      due = 'other_stream'
      position = null
      return link.resume()
    }
    if (!position!.group) keep({ ...position!, group })
  }

  async function resync(reason: Resync['reason'], at: Greeting | ResyncRequired): Promise<void> {
    due = reason
    show({ state: 'replaying', reason })
    await deliver('resync', { type: 'resync', reason })
    const shown = await snapshot?.({ reason, signal: ending.signal })
    if (ending.signal.aborted) return
    due = null
    const place = placeOf(at, 'group' in at ? at.group : position?.group)
    keep(isPosition(shown) ? furthest(place, shown) : place)
    if (!behind) show({ state: 'live' })
  }

  /** Positions that a message does not name stay. */
  const placeOf = (
    { epoch, seq, positions }: Omit<Position, 'group'>,
    group: string | undefined,
  ): Position => ({
    group,
    epoch,
    ...(positions ? { positions: { ...position?.positions, ...positions } } : { seq: seq! }),
  })

  /** The service says where this socket stands: everything up to there has come. */
  function arrive(standing: Position): void {
    if (!position) return
    keep(furthest(position, standing))
    if (!behind) return
    behind = false
    if (status.state === 'replaying') show({ state: 'live' })
  }

  async function handOut(event: CafeEvent): Promise<void> {
    const stream = event.data.branch_id ?? event.data.company_id
    if (!position || event.seq <= (reachedIn(position, stream) ?? -1)) return
    if (!event.replay && behind) arrive(position)
    await deliver(event.type, event as CafeEvent<EventTypeOf<G>>)
    if (!ending.signal.aborted) keep(after(position, stream, event.seq))
  }

  async function deliver(name: string, item: Item<G>): Promise<void> {
    const names = item.type === 'resync' ? [name] : [name, 'event']
    for (const listener of names.flatMap((each) => emitter.of(each))) await guarded(() => listener(item))
    await Promise.all([...readers].map((reader) => reader.take(item)))
  }

  async function guarded(run: () => unknown): Promise<void> {
    try {
      await run()
    } catch (error) {
      report(error)
    }
  }

  function report(error: unknown): void {
    const listeners = emitter.of('error')
    if (listeners.length > 0) for (const listener of listeners) listener(error)
    else
      queueMicrotask(() => {
        throw error
      })
  }

  async function begin(): Promise<void> {
    try {
      const kept = await storage?.store.get(storage.key)
      if (kept) position = JSON.parse(kept) as Position
      if (position) due = null
    } catch (error) {
      report(error)
    }
    if (!ending.signal.aborted) link.start()
  }

  let saving: Promise<void> | null = null
  let unsaved: Position | null = null
  function keep(now: Position): void {
    position = now
    if (!storage) return
    unsaved = now
    saving ??= save().finally(() => (saving = null))
  }

  async function save(): Promise<void> {
    while (unsaved) {
      const text = JSON.stringify(unsaved)
      unsaved = null
      await guarded(() => storage!.store.set(storage!.key, text))
    }
  }

  function end(error: ConnectionClosedError | undefined, about: Partial<Status>): void {
    clearTimeout(staleTimer)
    show({ failures: 0, retryAt: null, ...about, state: 'closed' })
    ready.reject(error ?? new ConnectionClosedError(status))
    for (const reader of readers) reader.end(error)
  }

  function close(reason: string): void {
    if (ending.signal.aborted) return
    ending.abort()
    link.stop()
    queue = []
    end(undefined, { reason, code: null })
  }

  if (parts.signal?.aborted) close('aborted')
  else parts.signal?.addEventListener('abort', () => close('aborted'))
  void begin()

  return {
    get status() {
      return status
    },
    get heartbeatAt() {
      return heartbeatAt
    },
    get position() {
      return position
    },
    ready: ready.promise,
    on(name: string, listener: (value: never) => unknown) {
      const off = emitter.on(name, listener)
      void work()
      return off
    },
    reconnect() {
      if (!ending.signal.aborted && status.state !== 'live') link.resume()
    },
    close: () => close('closed'),
    [Symbol.asyncIterator]() {
      let joined = false
      const reader = new Reader<Item<G>>(
        () => {
          if (!joined && status.state === 'closed') reader.end(endOf(status))
          else readers.add(reader)
          joined = true
          void work()
        },
        (ended) => void readers.delete(ended),
      )
      return reader
    },
  } as Connection<G>
}

/** What a loop over a connection that is already closed ends with. */
const endOf = (status: Status) => (status.code === null ? undefined : new ConnectionClosedError(status))

const isPosition = (value: unknown): value is Position =>
  typeof (value as Position | null)?.epoch === 'string'
