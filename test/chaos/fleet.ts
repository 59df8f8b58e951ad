import type { Group } from '../../src/events/catalogue.ts'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'
import { seenBy } from './event-log.ts'
import type { Committed, EventLog } from './event-log.ts'
import { Screen } from './screen.ts'
import type { View, Watcher } from './screen.ts'

/** What happened to the screens since the counts were last begun. */
export interface FleetCounts {
  delivered: number
  /** The longest time between an event and its arrival at a screen that was reading. */
  worstDelayMs: number
  reconnects: number
  /** Close codes, with how often. */
  codes: Map<number, number>
  /** Reasons of `resync_required`, with how often. */
  resyncs: Map<string, number>
}

/** All screens of the café. */
export interface Fleet {
  readonly screens: readonly Screen[]
  counts: FleetCounts
  /** Adds screens, spread over the replicas, and waits until all are greeted. */
  add(views: readonly View[]): Promise<Screen[]>
  remove(screens: readonly Screen[]): void
  /** Brings screens that fled from a replica back to it. */
  rebalance(): Promise<void>
  greeted(timeoutMs?: number): Promise<void>
  /** Waits until every screen has every event there is in the log now; the milliseconds that took. */
  caughtUp(log: EventLog, timeoutMs: number): Promise<number>
}

export const groupNames: readonly Group[] = ['orders', 'tables', 'kitchen']

/** @param onClosed told of every connection that ends, with its close code */
export function openFleet(
  t: Teardown,
  targets: readonly string[],
  onClosed: (code: number) => void = () => {},
): Fleet {
  let screens: Screen[] = []
  let made = 0
  t.teardown(() => screens.forEach((screen) => screen.end()))
  const watcher: Watcher = {
    event(delayMs) {
      fleet.counts.delivered++
      if (delayMs > fleet.counts.worstDelayMs) fleet.counts.worstDelayMs = delayMs
    },
    closed(code) {
      fleet.counts.reconnects++
      add(fleet.counts.codes, code)
      onClosed(code)
    },
    resync: (reason) => add(fleet.counts.resyncs, reason),
  }

  const fleet: Fleet = {
    get screens() {
      return screens
    },
    counts: noCounts(),
    async add(views) {
      const added = views.map((view) => {
        const number = made++
        return new Screen(`screen ${number}`, view, number, () => targets, watcher)
      })
      screens.push(...added)
      for (const screen of added) screen.connect()
      await fleet.greeted()
      return added
    },
    remove(gone) {
      for (const screen of gone) screen.end()
      const left = new Set(gone)
      screens = screens.filter((screen) => !left.has(screen))
    },
    async rebalance() {
      for (const screen of screens) if (!screen.atHome) screen.cut()
      await fleet.greeted()
    },
    async greeted(timeoutMs = 60_000) {
      await waitUntil(() => screens.every((screen) => screen.greeted), {
        what: 'every screen is connected',
        timeoutMs,
      })
    },
    async caughtUp(log, timeoutMs) {
      const began = performance.now()
      const last = lastSeen(await log.after(new Map(verifiedBy(screens))))
      const behind = () => screens.find((screen) => !screen.greeted || isBehind(screen, last))
      await waitUntil(() => !behind(), { what: 'every screen has caught up', timeoutMs }).catch(() => {
        const { name, greeted, position } = behind()!
        throw new Error(`${name} did not catch up: ${JSON.stringify({ greeted, position: [...position] })}`)
      })
      return performance.now() - began
    },
  }
  return fleet
}

export const noCounts = (): FleetCounts => ({
  delivered: 0,
  worstDelayMs: 0,
  reconnects: 0,
  codes: new Map(),
  resyncs: new Map(),
})

const add = <Key>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1)

/** Per stream the lowest number from which some screen still has to be held against the log. */
export function* verifiedBy(screens: readonly Screen[]): Generator<[string, number]> {
  const lowest = new Map<string, number>()
  for (const screen of screens) {
    for (const [stream, after] of screen.after)
      lowest.set(stream, Math.min(after, lowest.get(stream) ?? after))
  }
  yield* lowest
}

/** Per stream and group the last number that the group sees. */
function lastSeen(log: ReadonlyMap<string, readonly Committed[]>): Map<string, Map<Group, number>> {
  const seen = new Map<string, Map<Group, number>>()
  for (const [stream, events] of log) {
    const last = new Map<Group, number>()
    for (const group of groupNames) {
      const event = events.findLast((one) => seenBy(group, one))
      if (event) last.set(group, event.seq)
    }
    seen.set(stream, last)
  }
  return seen
}

function isBehind(screen: Screen, last: ReadonlyMap<string, ReadonlyMap<Group, number>>): boolean {
  for (const [stream, position] of screen.position) {
    if (position < (last.get(stream)?.get(screen.view.group) ?? 0)) return true
  }
  return false
}
