import type { Cafe } from './cafe.ts'
import type { Cluster } from './cluster.ts'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'
import type { Traffic } from './traffic.ts'

/** What a fault may touch. */
export interface Scene {
  readonly cluster: Cluster
  readonly fleet: Fleet
  readonly traffic: Traffic
  readonly log: EventLog
  readonly cafe: Cafe
  /** Milliseconds a fault lasts: long in a full run, shorter in a short one. */
  lasting(fullMs: number, shortMs: number): Promise<void>
  /** How often something is done in a full and in a short run. */
  times(full: number, short: number): number
  /** Done once the screens have been held against the log. */
  afterwards(work: () => void): void
}

/** Something that breaks while orders are being taken. */
export interface Fault {
  readonly name: string
  /** For people: what breaks. */
  readonly title: string
  /** The database lost something: screens may be told to fetch everything anew, and answered orders may be gone. */
  readonly restores?: true
  /** Requests must be answered all the same. */
  readonly answered?: true
  /**
   * Breaks, waits and mends; returns when what was broken works again.
   * @throws Error when the fault had no effect, or another one than it should have
   */
  run(scene: Scene): Promise<void>
}

/** Fails the run when a fault did not do what its name says. */
export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`the fault had not the expected effect: ${what}`)
}
