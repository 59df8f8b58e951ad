import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../chaos/random.ts'
import type { Random } from '../chaos/random.ts'
import { Screen } from '../chaos/screen.ts'
import { audit, readSnapshot } from './audit.ts'
import { cashierSteps } from './cashier.ts'
import { createClient } from './client.ts'
import type { RequestCounts } from './client.ts'
import { cookSteps } from './cook.ts'
import { noDeviceCounts, startDevice } from './device.ts'
import type { Device, DeviceCounts } from './device.ts'
import { openHouse } from './house.ts'
import type { House, HouseOptions, Worker } from './house.ts'
import { checkBooks } from './invariants.ts'
import type { Verdict } from './invariants.ts'
import { emptyLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { openLibraryScreens } from './library.ts'
import { bustleAt, nextStep, openHours, openingHour, personas } from './personas.ts'
import type { Shift } from './shift.ts'
import { waiterSteps } from './waiter.ts'
import type { Snapshot } from './wire.ts'

export interface DayOptions extends HouseOptions {
  /** Base addresses, without a slash at the end: requests go to any of them, devices are spread over them. */
  urls: readonly string[]
  seed: number
  /** How many simulated hours the café is open, from eight in the morning on. */
  hours: number
  /** Simulated seconds in one real second. */
  speed: number
}

/** What a day came to. */
export interface Day {
  readonly seed: number
  /** The hour at which the day was over; earlier when it was broken off. */
  readonly closedAt: number
  readonly tookMs: number
  readonly house: House
  readonly ledger: Ledger
  readonly requests: RequestCounts
  readonly devices: DeviceCounts & { count: number }
  readonly verdicts: readonly Verdict[]
}

export interface Watching {
  /** Ends the day early; the books are checked all the same. */
  signal: AbortSignal
  onProgress?: (hour: number, soFar: Pick<Day, 'ledger' | 'requests' | 'devices'>) => void
}

/**
 * A day in a café with many branches, against a service of which nothing is known but addresses: everybody works by what
 * their devices show, the network is bad, and in the end all books and all devices must say the same.
 */
export async function simulateDay(options: DayOptions, { signal, onProgress }: Watching): Promise<Day> {
  const { urls, seed } = options
  const socketUrls = urls.map((url) => url.replace(/^http/, 'ws'))
  const client = createClient(urls, { trouble: true })
  const house = await openHouse(client, createRandom(seed), options)
  const ledger = emptyLedger()
  const counts = { ...noDeviceCounts(), count: 0 }
  const openings = new Map<string, Snapshot>()
  for (const { id } of house.branches) openings.set(id, await readSnapshot(client, house.owner, id))

  const devices: Device[] = []
  const shifts: Shift[] = []
  const companyWide = overseers(house, socketUrls)
  const library = openLibraryScreens(house, urls)
  try {
    for (const branch of house.branches) {
      for (const worker of branch.staff) {
        const random = createRandom(seed + 7919 * (shifts.length + 1))
        const own = await Promise.all(
          devicesOf(worker, shifts.length).map((group, i) =>
            startDevice({
              name: `device ${i + 1} (${group}) of ${worker.name}`,
              group,
              branch: branch.id,
              token: worker.token,
              targets: socketUrls,
              preferred: shifts.length + i,
              readSnapshot: () => readSnapshot(client, worker.token, branch.id),
              counts,
            }),
          ),
        )
        devices.push(...own)
        shifts.push({ house, branch, worker, devices: own, random, client, ledger })
      }
    }
    counts.count = devices.length + companyWide.length

    const began = performance.now()
    const hour = () => openingHour + ((performance.now() - began) / 3_600_000) * options.speed
    const dayOver = AbortSignal.timeout(Math.ceil((options.hours * 3_600_000) / options.speed))
    const over = AbortSignal.any([signal, dayOver])
    setMaxListeners(shifts.length + 10, over)
    const told = setInterval(
      () => onProgress?.(hour(), { ledger, requests: client.counts, devices: counts }),
      1000,
    )
    await Promise.all(shifts.map((shift) => work(shift, hour, options.speed, over))).finally(() =>
      clearInterval(told),
    )
    const closedAt = Math.min(hour(), openingHour + options.hours)
    const verdicts = await closeTheBooks()
    return {
      seed,
      closedAt,
      tookMs: performance.now() - began,
      house,
      ledger,
      requests: client.counts,
      devices: counts,
      verdicts,
    }
  } finally {
    for (const device of devices) device.end()
    for (const screen of companyWide) screen.end()
    library.close()
  }

  async function closeTheBooks(): Promise<Verdict[]> {
    const audits = house.branches.map(async (branch) => {
      const { books, verdicts } = await audit({
        client,
        owner: house.owner,
        branch,
        ledger,
        opening: openings.get(branch.id)!,
        devices: devices.filter((device) => device.branch === branch.id),
        companyWide,
        socketUrls,
      })
      return [...verdicts, ...checkBooks(books, ledger)]
    })
    const all = (await Promise.all(audits)).flat()
    all.push(await library.check((branch) => readSnapshot(client, house.owner, branch)))
    const { answered, faults } = client.counts
    all.push({ check: 'requests are answered as documented', looked: answered, differences: faults })
    return summed(all)
  }
}

/** A waiter has a tablet, and a phone: for orders like it, or with the floor alone. */
const devicesOf = ({ persona }: Worker, number: number) =>
  persona === 'cook'
    ? (['kitchen'] as const)
    : persona === 'cashier'
      ? (['orders'] as const)
      : (['orders', number % 2 === 0 ? 'orders' : 'tables'] as const)

/** The owner at home looks at the orders of all branches at once. */
function overseers(house: House, socketUrls: readonly string[]): Screen[] {
  const view = { group: 'orders', token: house.owner, branch: null, companyWide: true } as const
  const watcher = { event() {}, closed() {}, resync() {} }
  const screen = new Screen("the owner's screen", view, socketUrls.length - 1, () => socketUrls, watcher)
  screen.connect()
  return [screen]
}

/** Think, do, think, do, until the café closes. */
async function work(shift: Shift, hour: () => number, speed: number, over: AbortSignal): Promise<void> {
  const { random, worker } = shift
  const pause = async () => {
    const thinkMs = thinkSeconds(worker, random) * 1000
    await sleep(thinkMs / bustleAt(hour()) / speed, undefined, { signal: over }).catch(() => {})
  }
  await pause()
  while (!over.aborted) {
    await trouble(shift)
    await step(shift)
    await pause()
  }
}

const thinkSeconds = ({ persona }: Worker, random: Random): number => {
  const [from, to] = personas[persona].thinkSeconds
  return from + random.next() * (to - from)
}

/** A network that is gone for a moment, a device that is switched off and on. */
async function trouble({ devices, random }: Shift): Promise<void> {
  const chance = random.next()
  const device = random.pick(devices)
  if (chance < 0.01) await device.restart()
  else if (chance < 0.04) device.cut()
}

function step(shift: Shift): Promise<void> {
  const { persona } = shift.worker
  if (persona === 'waiter') return waiterSteps[nextStep('waiter', shift.random)](shift)
  if (persona === 'cook') return cookSteps[nextStep('cook', shift.random)](shift)
  return cashierSteps[nextStep('cashier', shift.random)](shift)
}

/** One verdict per check, over all branches. */
function summed(verdicts: readonly Verdict[]): Verdict[] {
  const byCheck = new Map<string, Verdict>()
  for (const { check, looked, differences } of verdicts) {
    const sum = byCheck.get(check) ?? { check, looked: 0, differences: [] }
    sum.looked += looked
    sum.differences.push(...differences)
    byCheck.set(check, sum)
  }
  return [...byCheck.values()]
}

export const differencesOf = ({ verdicts }: Day): string[] =>
  verdicts.flatMap(({ check, differences }) => differences.map((difference) => `${check}: ${difference}`))

export const wholeDay = openHours
