import { WebSocket } from 'ws'
import { createCafe } from '../../packages/client/src/cafe.ts'
import { liveBranch } from '../../packages/client/src/live.ts'
import type { LiveBranch } from '../../packages/client/src/live.ts'
import { waitUntil } from '../support/wait.ts'
import { believe, wrongBeliefs } from './belief.ts'
import type { Belief } from './belief.ts'
import type { House } from './house.ts'
import type { Verdict } from './invariants.ts'
import type { Snapshot } from './wire.ts'

/** Screens that are built with the client library: one for every branch, all day long. */
export interface LibraryScreens {
  /** Holds what they show against the service. */
  check(readSnapshot: (branch: string) => Promise<Snapshot>): Promise<Verdict>
  close(): void
}

/** How long a screen may take to come to the last event of the day. */
const patienceMs = 20_000

/** @param urls base addresses; the screens are spread over them */
export function openLibraryScreens(house: House, urls: readonly string[]): LibraryScreens {
  const screens = house.branches.map(({ id }, i) => {
    const cafe = createCafe({ url: urls[i % urls.length]!, getToken: () => house.owner })
    return { branch: id, live: liveBranch(cafe, { branch: id, WebSocket }) }
  })
  return {
    async check(readSnapshot) {
      const verdict: Verdict = {
        check: 'the client library shows every branch as it is',
        looked: 0,
        differences: [],
      }
      for (const { branch, live } of screens) {
        const truth = believe(await readSnapshot(branch))
        const wrong = () =>
          (['orders', 'kitchen'] as const).flatMap((group) => [...wrongBeliefs(group, shownBy(live), truth)])
        const isCurrent = () => live.getSnapshot().status.state === 'live' && wrong().length === 0
        await waitUntil(isCurrent, { what: 'it shows what is', timeoutMs: patienceMs }).catch(() => {})
        verdict.looked++
        verdict.differences.push(...wrong().map((difference) => `${branch}: ${difference}`))
      }
      return verdict
    },
    close() {
      for (const { live } of screens) live.close()
    },
  }
}

function shownBy(live: LiveBranch): Belief {
  const { orders, tables, tasks } = live.getSnapshot()
  return {
    seq: 0,
    orders: new Map(orders),
    tables: new Map(tables),
    tasks: new Map(tasks),
    stopped: new Map(),
  }
}
