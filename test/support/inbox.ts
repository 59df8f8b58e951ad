import { messageFault } from './messages.ts'
import type { Teardown } from './teardown.ts'

/** A message as it came; its fields are checked by the test that reads it. */
export type Message = { readonly type: string; readonly seq?: number } & Readonly<Record<string, unknown>>

export interface Inbox {
  /** Everything that has come, in order. */
  readonly messages: readonly Message[]
  /**
   * The next message that fits, among those that came after the one taken last; waits for it if need be. Without a
   * condition: the very next one. Fails after the time-out with what came instead.
   */
  next(fits?: string | ((message: Message) => boolean)): Promise<Message>
  /** The next `count` messages, whatever they are. */
  take(count: number): Promise<Message[]>
  /** Messages that have come and were not taken or passed over. */
  rest(): readonly Message[]
}

/** What a client has got; filled by its transport. A message that has not the shape of its type fails the test. */
export interface FilledInbox<End> extends Inbox {
  push(message: Message): void
  /** Nothing more comes. */
  end(end: End): void
  readonly ended: boolean
  /** Waits for the end. */
  closed(): Promise<End>
}

interface InboxOptions<End> {
  timeoutMs: number
  /** How an end is told in a failure. */
  told: (end: End) => string
  /** Whether messages must have the shape of their type; not those of the bench. */
  checkMessages?: boolean
}

export function createInbox<End>(
  t: Teardown,
  { timeoutMs, told, checkMessages = true }: InboxOptions<End>,
): FilledInbox<End> {
  const faults = new Set<string>()
  t.teardown(() => {
    if (faults.size === 0) return
    const failure = `messages that are not as declared:\n${[...faults].join('\n')}`
    // an error would end the teardown, and leave the programs of the test running
    if (!t.fail) throw new Error(failure)
    t.fail(failure)
  })
  const messages: Message[] = []
  let taken = 0
  let end: { readonly of: End } | undefined
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watch of watchers) watch()
  }

  /** Looks now and whenever something has happened; registered before it returns, so before anything is sent. */
  const until = <T>(look: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer)
        watchers.delete(watch)
        done()
      }
      const fail = (why: string) =>
        settle(() => reject(new Error(`${what}: ${why}; got ${JSON.stringify(messages.slice(taken))}`)))
      const watch = () => {
        const value = look()
        if (value !== undefined) settle(() => resolve(value))
        else if (end) fail(`closed with ${told(end.of)}`)
      }
      const timer = setTimeout(() => fail(`nothing for ${timeoutMs} ms`), timeoutMs)
      watchers.add(watch)
      watch()
    })

  return {
    messages,
    push(message) {
      const fault = checkMessages ? messageFault(message) : null
      if (fault) faults.add(fault)
      messages.push(message)
      changed()
    },
    end(of) {
      end ??= { of }
      changed()
    },
    get ended() {
      return end !== undefined
    },
    next(fits = () => true) {
      const wanted = typeof fits === 'string' ? (message: Message) => message.type === fits : fits
      return until(
        () => {
          const index = messages.findIndex((message, i) => i >= taken && wanted(message))
          if (index < 0) return undefined
          taken = index + 1
          return messages[index]
        },
        typeof fits === 'string' ? fits : 'the next message',
      )
    },
    async take(count) {
      const first = taken
      await until(() => messages[first + count - 1], `${count} messages`)
      taken = first + count
      return messages.slice(first, taken)
    },
    rest: () => messages.slice(taken),
    closed: () => until(() => end?.of, 'close'),
  }
}
