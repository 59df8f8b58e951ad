import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { createCafe } from '../../packages/client/src/cafe.ts'
import type { Shape } from '../../packages/client/src/cafe.ts'
import { liveBranch } from '../../packages/client/src/live.ts'
import type { BranchState, LiveBranch, LiveBranchOptions } from '../../packages/client/src/live.ts'
import { serviceOf } from '../cafe/service.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import type { DemoUser } from '../support/app.ts'
import { startProxy } from '../support/proxy.ts'
import { waitUntil } from '../support/wait.ts'

/** A demo café with screens that reach it through a network which a test takes away. */
export async function startLiveCafe(t: Test, env: Record<string, string> = {}) {
  const cafe = await startSocketCafe(t, { env })
  const proxy = await startProxy(t, cafe.httpUrl, 80)
  const waiter = cafe.as('waiter1')
  const service = await serviceOf(waiter)
  return {
    ...cafe,
    ...service,
    proxy,
    /** The state of the service, read past the network. */
    truth: async () => (await waiter.get<Shape<'Snapshot'>>('/api/cafe/snapshot/')).body,
    screen(user: DemoUser, options: LiveBranchOptions = {}): LiveBranch {
      const api = createCafe({ url: proxy.url, getToken: () => cafe.tokenOf(user), attempts: 1 })
      const branch = liveBranch(api, { WebSocket, ...options })
      t.teardown(() => branch.close())
      return branch
    },
  }
}

export type LiveCafe = Awaited<ReturnType<typeof startLiveCafe>>

/** A state as the service tells it: lists by id, without what no event tells. */
export const plain = ({ tables, orders, tasks }: Comparable) => ({
  tables: sorted(tables),
  orders: sorted(orders),
  // names of people and guests are told with the next event of the order
  tasks: sorted(tasks).map(({ updated_at: _, ...task }) => task),
})

type Comparable = Pick<Shape<'Snapshot'>, 'tables' | 'orders' | 'tasks'>

export const listsOf = ({ tables, orders, tasks }: BranchState): Comparable => ({
  tables: [...tables.values()],
  orders: [...orders.values()],
  tasks: [...tasks.values()],
})

const sorted = <Row extends { id: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** Waits until a screen shows something. */
export const shows = <T>(
  branch: LiveBranch,
  what: string,
  look: (state: ReturnType<LiveBranch['getSnapshot']>) => T,
) => waitUntil(() => look(branch.getSnapshot()), { what, timeoutMs: 30_000 })
