import type { Test } from 'tap'
import { socketPath } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { openSocket } from '../support/socket.ts'
import type { TestSocket } from '../support/socket.ts'

/**
 * A known front end, in our own words: what its screens send and what they read of the answers, over real HTTP and sockets.
 * The facts were read off its public sources; it is a page in a browser that knows nothing of what is special here.
 */

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

interface Reply {
  status: number
  body: unknown
}

/** Sends a request and gives the answer, of which the test names what the page reads. */
type Ask = <Answer = unknown>(method: Method, path: string, body?: object) => Promise<Answer>

interface Profile {
  readonly id: string
  readonly primary_branch_id: string | null
}

/** One person at one screen. */
export interface Page {
  readonly profile: Profile & Readonly<Record<string, unknown>>
  /**
   * Sends a request as the screen does. The answer is a success and warns of nothing: a field that the page sends for
   * nothing is known to be one.
   */
  readonly ask: Ask
  /** The same where the page expects to be refused. */
  try(method: Method, path: string, body?: object): Promise<Reply>
  /** A socket as the page opens it: token in the address, greeting taken. */
  listen(group: Group, query?: string): Promise<TestSocket>
}

export interface House {
  readonly cafe: TestApp
  /** Somebody who logs in at the shell of the page. */
  logIn(email: string, password?: string): Promise<Page>
  /** The page before anybody has logged in. */
  readonly ask: Ask
}

export async function openHouse(t: Test, env: Record<string, string> = {}): Promise<House> {
  const cafe = await startApp(t, { env })
  const { httpUrl, socketUrl } = await cafe.listen()
  const send = async (method: Method, path: string, body?: object, token?: string): Promise<Reply> => {
    const reply = await fetch(`${httpUrl}/api${path}`, {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json, text/plain, */*',
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    return { status: reply.status, body: text === '' ? null : JSON.parse(text) }
  }
  const askAs =
    (token?: string): Ask =>
    async <Answer>(method: Method, path: string, body?: object) => {
      const reply = await send(method, path, body, token)
      if (reply.status >= 400 || (reply.body as { warnings?: unknown } | null)?.warnings)
        throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
      return reply.body as Answer
    }
  return {
    cafe,
    ask: askAs(),
    async logIn(email, password = 'demo12345') {
      const { access } = await askAs()<{ access: string }>('post', '/users/auth/login/', { email, password })
      const ask = askAs(access)
      return {
        profile: await ask('get', '/users/profile/'),
        ask,
        try: (method, path, body) => send(method, path, body, access),
        async listen(group, query = '') {
          const socket = await openSocket(t, `${socketUrl}${socketPath(group)}?token=${access}${query}`)
          await socket.next('connection_established')
          return socket
        },
      }
    },
  }
}

/** As its forms do before they send: empty fields go, but for those named. */
export const withoutEmpty = (form: object, ...kept: string[]): object =>
  Object.fromEntries(
    Object.entries(form).filter(
      ([name, value]) => kept.includes(name) || (value !== undefined && value !== null && value !== ''),
    ),
  )

/** A line as the form of an order holds it. */
export interface FormLine {
  id?: string
  menu_item?: string
  service_title?: string
  price: string | number
  quantity: number
  comment?: string
}

/** A line as that form sends it: every field, whether or not somebody touched it. */
export function sentLine(line: FormLine, order: string | null): object {
  const { id, menu_item, service_title, price, quantity, comment = '' } = line
  return withoutEmpty(
    {
      id,
      order,
      line_kind: service_title ? 'service' : 'menu',
      menu_item,
      service_title,
      comment,
      unit_price: String(Number(price)),
      quantity,
      is_rejected: false,
      rejection_reason: '',
    },
    'comment',
  )
}

/** A line as the form takes it over from an order that it opens. */
export const shownLine = (line: {
  id: string
  line_kind: string
  menu_item: string | null
  service_title: string
  unit_price: string
  quantity: number
  comment: string
}): FormLine => ({
  id: line.id,
  ...(line.line_kind === 'service' ? { service_title: line.service_title } : { menu_item: line.menu_item! }),
  price: line.unit_price,
  quantity: line.quantity,
  comment: line.comment,
})
