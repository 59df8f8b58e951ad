import { Registry } from 'prom-client'
import type { Test } from 'tap'
import { systemClock } from '../../src/lib/clock.ts'
import { createPublisher } from '../../src/events/publisher.ts'
import { socketPath } from '../../src/events/catalogue.ts'
import type { EventType, Group } from '../../src/events/catalogue.ts'
import { createChanges } from '../../src/events/changes.ts'
import { startApp } from '../support/app.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import type { DemoUser, TestApp } from '../support/app.ts'
import type { Events } from '../../src/realtime/schema.ts'
import { openEventStream } from '../support/event-stream.ts'
import type { TestEventStream } from '../support/event-stream.ts'
import type { Inbox } from '../support/inbox.ts'
import { madeUp } from '../support/messages.ts'
import { openSocket } from '../support/socket.ts'
import type { SocketOptions, TestSocket } from '../support/socket.ts'

/** The service with sockets open, and events appended past the café's own rules. */
export interface SocketCafe extends TestApp {
  httpUrl: string
  socketUrl: string
  /** The demo company and its branches, «Центр» first. */
  company: string
  branches: [string, string]
  connect(user: DemoUser, group: Group, query?: string, options?: SocketOptions): Promise<TestSocket>
  /** The same group as a stream of server-sent events. */
  stream(user: DemoUser, group: Group, query?: string, lastId?: string): Promise<TestEventStream>
  /** The answer to one request for its events. */
  poll(user: DemoUser, group: Group, query?: string): Promise<PollReply>
  /** Appends events to a branch (null: the company) in one transaction and announces them. */
  append(branch: string | null, types: readonly EventType[], options?: AppendOptions): Promise<void>
}

interface PollReply {
  status: number
  body: Events & { code?: string }
}

interface AppendOptions {
  company?: string
  /** False: as if the process had died between commit and announcement. */
  announce?: boolean
  /** Put into the data of each event. */
  data?: object
}

type Options = Parameters<typeof startApp>[1]

export async function startSocketCafe(t: Test, options: Options = {}): Promise<SocketCafe> {
  const cafe = await startApp(t, options)
  const { httpUrl, socketUrl } = await cafe.listen()
  const { body: profile } = await cafe.as('owner').get<{ company: string }>('/api/users/profile/')
  const { body: list } = await cafe
    .as('owner')
    .get<{ results: { id: string; name: string }[] }>('/api/users/branches/')
  const branchNamed = (name: string) => list.results.find((branch) => branch.name === name)!.id
  const publish = createPublisher({
    publish: cafe.bus.publish,
    log: cafe.log,
    registry: new Registry(),
  })
  const told = createChanges({ database: cafe.database, clock: systemClock, publish })
  const untold = createChanges({ database: cafe.database, clock: systemClock, publish: () => {} })
  return {
    ...cafe,
    httpUrl,
    socketUrl,
    company: profile.company,
    branches: [branchNamed('Центр'), branchNamed('Юг')],
    connect: async (user, group, query = '', socketOptions = {}) =>
      openSocket(
        t,
        `${socketUrl}${socketPath(group)}?token=${await cafe.tokenOf(user)}${query}`,
        socketOptions,
      ),
    async stream(user, group, query = '', lastId = '') {
      const headers = { authorization: `Bearer ${await cafe.tokenOf(user)}`, 'last-event-id': lastId }
      return openEventStream(t, `${httpUrl}/api/cafe/events/stream/?group=${group}${query}`, { headers })
    },
    async poll(user, group, query = '') {
      const headers = { authorization: `Bearer ${await cafe.tokenOf(user)}` }
      const reply = await fetch(`${httpUrl}/api/cafe/events/?group=${group}${query}`, { headers })
      return { status: reply.status, body: (await reply.json()) as PollReply['body'] }
    },
    async append(branch, types, { company = profile.company, announce = true, data = {} } = {}) {
      await (announce ? told : untold).change(company, async (_tx, emit) => {
        for (const type of types)
          emit(branch, type, { ...data, ...madeUp, company_id: company, branch_id: branch })
      })
    },
  }
}

/** Two replicas whose clients come and go: short pages of the log, and streams that are left at once. */
export async function startTwoReplicas(t: Test): Promise<[SocketCafe, SocketCafe]> {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const env = {
    RATE_LIMIT: 'off',
    REPLAY_PAGE: '7',
    HEAD_CHECK_INTERVAL: '100ms',
    UNSUBSCRIBE_DELAY: '1ms',
  }
  return [await startSocketCafe(t, { on, env }), await startSocketCafe(t, { on, env })]
}

/** The numbers of the events a client has got. */
export const numbersOf = ({ messages }: Pick<Inbox, 'messages'>): number[] =>
  messages.flatMap((message) => (message.id === undefined ? [] : [message.seq!]))

/** As many events of the orders. */
export const orders = (count: number): EventType[] => Array<EventType>(count).fill('order_created')

/** The numbers from `first` to `last`. */
export const numbers = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
