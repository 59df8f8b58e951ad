import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { createParser } from 'eventsource-parser'
import { createInbox } from './inbox.ts'
import type { Inbox, Message } from './inbox.ts'
import type { Teardown } from './teardown.ts'

/** A client of server-sent events that keeps everything it gets. */
export interface TestEventStream extends Inbox {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The last id, for `Last-Event-ID`. */
  readonly lastId: string
  /** The ids, one for each message. */
  readonly ids: readonly (string | undefined)[]
  /** Comments that have come. */
  readonly comments: readonly string[]
  /** The pause the server asks for, in milliseconds. */
  readonly retryMs: number | undefined
  /** Waits until the server has ended the stream. */
  closed(): Promise<'end' | 'broken'>
  /** Reads no further. */
  pause(): void
  /** Leaves. */
  close(): void
}

interface Options {
  headers?: Record<string, string>
  timeoutMs?: number
}

/** Sends the request, on a connection of its own, and resolves once it is answered. */
export async function openEventStream(
  t: Teardown,
  url: string,
  { headers = {}, timeoutMs = 10_000 }: Options = {},
): Promise<TestEventStream> {
  const request = get(url, { headers, agent: false })
  t.teardown(() => request.destroy())
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  request.on('error', () => {})
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') ?? false
  const inbox = createInbox<'end' | 'broken'>(t, { timeoutMs, told: String, checkMessages: isStream })
  const ids: (string | undefined)[] = []
  const comments: string[] = []
  let retryMs: number | undefined
  const parser = createParser({
    onEvent({ id, event, data }) {
      const message = JSON.parse(data) as Message
      if (event !== message.type) throw new Error(`event ${event} with a message of type ${message.type}`)
      ids.push(id)
      inbox.push(message)
    },
    onComment: (comment) => comments.push(comment),
    onRetry: (ms) => (retryMs = ms),
  })
  response.setEncoding('utf8')
  if (isStream) {
    response.on('data', (chunk: string) => parser.feed(chunk))
    response.on('end', () => inbox.end('end'))
    response.on('error', () => inbox.end('broken'))
  } else {
    inbox.push((await json(response)) as Message)
    inbox.end('end')
  }
  return {
    messages: inbox.messages,
    next: inbox.next,
    take: inbox.take,
    rest: inbox.rest,
    closed: inbox.closed,
    status: response.statusCode!,
    headers: response.headers,
    ids,
    comments,
    get lastId() {
      return ids.findLast((id) => id !== undefined) ?? ''
    },
    get retryMs() {
      return retryMs
    },
    pause: () => void response.pause(),
    close: () => void request.destroy(),
  }
}
