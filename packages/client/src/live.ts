import { afterEvent, emptyState, stateOf, withOrder, withTask } from './branch-state.ts'
import type { BranchState, Order, Task } from './branch-state.ts'
import type { AnswerOf, Arguments, PathOf, Shape } from './cafe-types.ts'
import type { AnyRequest, Cafe } from './rest.ts'
import { createCommandQueue } from './command-queue.ts'
import type { Stopped } from './command-queue.ts'
import { memoryCommands } from './command-storage.ts'
import type { CommandStorage } from './command-storage.ts'
import { optimistic as knownCommands } from './command.ts'
import type { Command, Optimistic } from './command.ts'
import { Emitter } from './emitter.ts'
import { connect } from './index.ts'
import type { CafeEvent, Connection, ConnectOptions, EventTypeOf, Status } from './index.ts'
import { resolvers } from './resolvers.ts'

export type { BranchState, Order, Table, Task, Zone } from './branch-state.ts'
export type { Stopped } from './command-queue.ts'
export { indexedDbCommands, memoryCommands } from './command-storage.ts'
export type { CommandStorage } from './command-storage.ts'
export { optimistic } from './command.ts'
export type { Command, Optimistic } from './command.ts'

/** The groups that together are told of everything a branch shows. */
type Followed = 'tables' | 'kitchen'
const followed: readonly Followed[] = ['tables', 'kitchen']

export interface LiveBranchOptions extends Pick<
  ConnectOptions<Followed>,
  'WebSocket' | 'signal' | 'shareTabs' | 'quietAfterMs' | 'answerWithinMs' | 'staleAfterMs'
> {
  /** Which branch; staff have their own. */
  readonly branch?: string | undefined
  /** Where commands wait that are not answered. Default: in memory. */
  readonly commands?: CommandStorage | undefined
  /** What commands show before they are answered. Default: `optimistic`. */
  readonly optimistic?: Optimistic | undefined
}

/** What is shown, with the commands that are not answered in it. */
export interface LiveState extends BranchState {
  /** Whether the branch has been read at all. */
  readonly loaded: boolean
  /** Of both its connections: the worse one. */
  readonly status: Status
  /** Commands that the service has not answered, the oldest first. */
  readonly waiting: readonly Command[]
  /** The command that was refused, while others wait behind it. */
  readonly stopped: Stopped | null
}

type Change = 'post' | 'put' | 'patch' | 'delete'

/** Tables, open orders and unfinished tasks of a branch, kept current. */
export interface LiveBranch {
  /** @returns what ends it */
  subscribe(listener: () => void): () => void
  /** The same object until something changes. */
  getSnapshot(): LiveState
  /** Resolves when the branch has been read. */
  readonly ready: Promise<void>
  /** Listens to events of the branch, after they are in the state. */
  on<T extends EventTypeOf<Followed>>(type: T, listener: (event: CafeEvent<T>) => unknown): () => void
  on(name: 'error', listener: (error: unknown) => unknown): () => void
  /**
   * Makes a change. It is shown at once, waits for the network, is carried out once and in order. Resolves with the answer; fails
   * with a `CafeError` when the service refuses it, and then it is not shown any more.
   */
  send<M extends Change, P extends PathOf<M>>(
    method: M,
    path: P,
    ...request: Arguments<M, P>
  ): Promise<AnswerOf<M, P>>
  /** Sends a command again that was refused while others wait behind it. */
  retry(): void
  /** Leaves it out, and goes on with the others. */
  discard(): void
  /** Comes back at once; also after the service closed it for good. */
  reconnect(): void
  close(): void
}

/** An answer that is shown until its event has come. */
interface Answered {
  readonly row: Order | Task
  readonly isTask: boolean
}

const longestWaitForEventMs = 5_000
/** From good to bad. */
const states = ['live', 'replaying', 'connecting', 'reconnecting', 'stale', 'closed']

export function liveBranch(cafe: Cafe, options: LiveBranchOptions = {}): LiveBranch {
  const { branch, commands = memoryCommands(), optimistic = knownCommands, ...connecting } = options
  const emitter = new Emitter<string>()
  const subscribers = new Set<() => void>()
  const connections: Connection<Followed>[] = []
  const ready = resolvers()
  let base = emptyState
  let loaded = false
  /** The number up to which the base is known to contain everything. */
  let read: { epoch: string; seq: number } | null = null
  /** Events that came while a snapshot was being read. */
  let meanwhile: CafeEvent[] | null = null
  let reading: Promise<unknown> = Promise.resolve()
  let answered: readonly Answered[] = []
  let shown: LiveState | null = null
  let closed = false

  const queue = createCommandQueue({
    cafe,
    storage: commands,
    onChange: changed,
    onAnswer: (_command, answer) => keepUntilEvent(answer),
    onError: report,
  })

  /** One after the other: a resync is answered by a reading that began after it. */
  function readSnapshot(signal?: AbortSignal): Promise<Shape<'Snapshot'>> {
    const next = reading.then(async () => {
      meanwhile = []
      try {
        const snapshot = await cafe.get('/api/cafe/snapshot/', { query: { branch }, signal })
        read = snapshot
        base = meanwhile.filter(isNew).reduce(afterEvent, stateOf(snapshot))
        answered = []
        loaded = true
        changed()
        ready.resolve()
        return snapshot
      } finally {
        meanwhile = null
      }
    })
    reading = next.catch(() => {})
    return next
  }

  const isNew = ({ seq }: CafeEvent): boolean => seq > (read?.seq ?? -1)

  function take(event: CafeEvent<EventTypeOf<Followed>>): void {
    meanwhile?.push(event)
    if (isNew(event)) {
      base = afterEvent(base, event)
      answered = answered.filter(isAhead)
      changed()
    }
    for (const listener of emitter.of(event.type)) {
      try {
        listener(event)
      } catch (error) {
        report(error)
      }
    }
  }

  /** Whether an answer is newer than what the events have brought. */
  function isAhead({ row, isTask }: Answered): boolean {
    const known = (isTask ? base.tasks : base.orders).get(row.id)
    return known ? known.version < row.version : true
  }

  function keepUntilEvent(answer: unknown): void {
    const row = answer as Partial<Order & Task> | undefined
    if (typeof row?.version !== 'number' || !row.id) return
    const entry = { row: row as Order | Task, isTask: 'order_item' in row }
    const isKind = 'unit_index' in row || 'items' in row
    if (!isKind || !isAhead(entry)) return
    answered = [...answered, entry]
    setTimeout(() => {
      answered = answered.filter((other) => other !== entry)
      changed()
    }, longestWaitForEventMs)
  }

  function changed(): void {
    shown = null
    for (const subscriber of subscribers) subscriber()
  }

  function show(): LiveState {
    const after = answered.reduce<BranchState>(
      (state, { row, isTask }) => (isTask ? withTask(state, row as Task) : withOrder(state, row as Order)),
      base,
    )
    const { commands: waiting, stopped } = queue
    return { ...waiting.reduce(optimistic, after), loaded, status: worst(), waiting, stopped }
  }

  const worst = (): Status =>
    connections
      .map(({ status }) => status)
      .reduce((one, other) => (states.indexOf(other.state) > states.indexOf(one.state) ? other : one))

  function report(error: unknown): void {
    const listeners = emitter.of('error')
    if (listeners.length === 0)
      queueMicrotask(() => {
        throw error
      })
    for (const listener of listeners) listener(error)
  }

  function follow(group: Followed): Connection<Followed> {
    const connection = connect<Followed>({
      ...connecting,
      url: cafe.url,
      getToken: cafe.getToken ?? (() => null),
      group,
      branch,
      snapshot: ({ signal }) => readSnapshot(signal),
    })
    connection.on('event', take)
    connection.on('error', (error) => {
      for (const listener of emitter.of('error')) listener(error)
    })
    connection.on('status', ({ state }) => {
      if (state === 'live') queue.wake()
      changed()
    })
    return connection
  }

  connections.push(...followed.map(follow))
  options.signal?.addEventListener('abort', close)

  function close(): void {
    if (closed) return
    closed = true
    queue.close()
    for (const connection of connections) connection.close()
  }

  return {
    subscribe(listener) {
      subscribers.add(listener)
      return () => void subscribers.delete(listener)
    },
    getSnapshot: () => (shown ??= show()),
    ready: ready.promise,
    on: (name: string, listener: (value: never) => unknown) => emitter.on(name, listener),
    send: (method: Change, path: string, request: AnyRequest = {}) =>
      queue.send(method, path, request) as Promise<never>,
    retry: queue.retry,
    discard: queue.discard,
    reconnect() {
      for (const connection of connections) connection.reconnect()
    },
    close,
  }
}
