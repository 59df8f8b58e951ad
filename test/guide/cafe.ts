import type { Test } from 'tap'
import { openSocket } from '../support/socket.ts'
import type { Message, TestSocket } from '../support/socket.ts'
import { request } from './http.ts'
import type { Answer, Method } from './http.ts'

/** Where the walk goes: nothing but addresses. */
export interface Target {
  /** Base address of requests, without a slash at its end. */
  httpUrl: string
  /** Base address of sockets; may be another replica. */
  socketUrl: string
  /** The secret that signs tokens, to make an expired one. */
  signingSecret?: string
}

/** A tap test. */
export type Walk = Test

export type Group = 'orders' | 'tables' | 'kitchen'
export type User =
  | 'owner'
  | 'admin'
  | 'waiter1'
  | 'cook1'
  | 'cashier1'
  | 'waiter2'
  | 'cook2'
  | 'owner2'
  | 'nocompany'

export interface Named {
  id: string
}
export interface Table extends Named {
  number: number
  status: string
  branch: string | null
}
export interface Dish extends Named {
  title: string
  price: string
}
export interface Order extends Named {
  number: number
  status: string
  total_amount: string
  table: string | null
  client: string | null
  waiter: string | null
  guests: number
  items: (Named & { quantity: number; tasks: Record<string, number> })[]
}
export interface Task extends Named {
  status: string
  order: string
  unit_index: number
  cook: string | null
}

interface List<Row> {
  count: number
  next: string | null
  previous: string | null
  results: Row[]
}

/** The demo café as a client sees it: requests and sockets as one of its people. */
export interface Cafe {
  readonly target: Target
  token(user: User): Promise<string>
  call<Body = Record<string, unknown>>(
    user: User,
    method: Method,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>
  /** All rows of a list, as that user sees them. */
  list<Row>(user: User, path: string): Promise<Row[]>
  /** A socket whose hello has come. */
  listen(t: Walk, user: User, group: Group, query?: string): Promise<TestSocket & { hello: Message }>
}

export function visit(target: Target): Cafe {
  const tokens = new Map<User, Promise<string>>()
  const token = (user: User) => {
    const known = tokens.get(user) ?? logIn(target, user)
    tokens.set(user, known)
    return known
  }
  const call: Cafe['call'] = async (user, method, path, body) =>
    request(target.httpUrl, method, path, { token: await token(user), body })
  return {
    target,
    token,
    call,
    async list<Row>(user: User, path: string) {
      const { status, body } = await call<List<Row>>(user, 'GET', path)
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`)
      return body.results
    },
    async listen(t, user, group, query = '') {
      const url = `${target.socketUrl}/ws/cafe/${group}/?token=${await token(user)}${query}`
      const socket = await openSocket(t, url)
      const hello = await socket.next()
      t.equal(hello.type, 'connection_established', 'the first message')
      return { ...socket, hello }
    },
  }
}

export const password = 'demo12345'

async function logIn(target: Target, user: User): Promise<string> {
  const body = { email: `${user}@test.com`, password }
  const answer = await request<{ access: string }>(target.httpUrl, 'POST', '/api/users/login/', { body })
  if (answer.status !== 200)
    throw new Error(`login of ${user}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.access
}

/** Who is who: the profile of a user. */
export interface Profile extends Named {
  company: string | null
  role: string
  branch_ids: string[]
  primary_branch_id: string | null
}

export const profileOf = async (cafe: Cafe, user: User): Promise<Profile> =>
  (await cafe.call<Profile>(user, 'GET', '/api/users/profile/')).body

/** A table nobody sits at, in the branch of that waiter. */
async function freeTable(cafe: Cafe, user: User): Promise<Table> {
  const [table] = await cafe.list<Table>(user, '/api/cafe/tables/?status=free')
  if (!table) throw new Error(`${user} finds no free table`)
  return table
}

/** An order as the guide's step 4 posts it. */
export async function postOrder(cafe: Cafe, user: User, change: Record<string, unknown> = {}) {
  const [table, [client], [dish], waiter] = await Promise.all([
    freeTable(cafe, user),
    cafe.list<Named>(user, '/api/cafe/clients/'),
    cafe.list<Dish>(user, '/api/cafe/menu-items/'),
    profileOf(cafe, user),
  ])
  const sent = {
    table: table.id,
    client: client!.id,
    waiter: waiter.id,
    guests: 2,
    items: [{ menu_item: dish!.id, quantity: 2 }],
    ...change,
  }
  const { status, body: order } = await cafe.call<Order>(user, 'POST', '/api/cafe/orders/', sent)
  if (status !== 201) throw new Error(`POST /api/cafe/orders/: ${status} ${JSON.stringify(order)}`)
  return { sent, order, table, dish: dish!, waiter }
}

export const closeOrder = (cafe: Cafe, user: User, order: Named) =>
  cafe.call<Order>(user, 'PATCH', `/api/cafe/orders/${order.id}/`, { status: 'closed' })
