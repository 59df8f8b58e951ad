import { Screen } from '../chaos/screen.ts'
import type { Message, Watcher } from '../chaos/screen.ts'
import { believe, hear } from './belief.ts'
import type { Belief, News } from './belief.ts'
import type { Group, Snapshot } from './wire.ts'

export interface DeviceOptions {
  name: string
  group: Group
  branch: string
  token: string
  /** Base addresses of sockets; it prefers the one of this number. */
  targets: readonly string[]
  preferred: number
  readSnapshot: () => Promise<Snapshot>
  counts: DeviceCounts
}

/** What happened to the devices of a day. */
export interface DeviceCounts {
  events: number
  reconnects: number
  resyncs: number
  restarts: number
  readonly delaysMs: number[]
}

export const noDeviceCounts = (): DeviceCounts => ({
  events: 0,
  reconnects: 0,
  resyncs: 0,
  restarts: 0,
  delaysMs: [],
})

/** A phone, tablet or wall screen: starts from a snapshot, follows the events, comes back with its last position. */
export interface Device {
  readonly name: string
  readonly group: Group
  readonly branch: string
  /** What it shows. */
  readonly belief: Belief
  /** Every screen it has been; the last is the one it is. All but the last ended in the middle of the day. */
  readonly screens: readonly Screen[]
  /** The network is gone for a moment. */
  cut(): void
  /** Switched off and on: a new snapshot, a new socket. */
  restart(): Promise<void>
  end(): void
}

export async function startDevice(options: DeviceOptions): Promise<Device> {
  const { name, group, branch, token, targets, preferred, counts } = options
  const screens: Screen[] = []
  let belief: Belief
  /** Events that came while a snapshot is being read. */
  let waiting: News[] | null = null

  const watcher: Watcher = {
    event(delayMs, message) {
      counts.events++
      counts.delaysMs.push(delayMs)
      const news = message as Message & News
      if (waiting) waiting.push(news)
      else hear(belief, news)
    },
    closed: () => void counts.reconnects++,
    resync() {
      counts.resyncs++
      waiting ??= []
      void readAnew()
    },
  }
  /** The socket goes on by itself; what it brings is taken in once the snapshot is there. */
  async function readAnew(): Promise<void> {
    const snapshot = await options.readSnapshot()
    belief = believe(snapshot)
    for (const news of waiting ?? []) hear(belief, news)
    waiting = null
  }
  async function switchOn(): Promise<void> {
    const snapshot = await options.readSnapshot()
    belief = believe(snapshot)
    waiting = null
    const view = { group, token, branch, companyWide: false }
    const screen = new Screen(`${name} (${screens.length + 1})`, view, preferred, () => targets, watcher)
    screen.startFrom({ epoch: snapshot.epoch, stream: branch, seq: snapshot.seq })
    screens.push(screen)
    screen.connect()
  }
  await switchOn()
  return {
    name,
    group,
    branch,
    get belief() {
      return belief
    },
    screens,
    cut: () => screens.at(-1)!.cut(),
    async restart() {
      counts.restarts++
      screens.at(-1)!.end()
      await switchOn()
    },
    end: () => screens.at(-1)!.end(),
  }
}
