import { seenBy } from './event-log.ts'
import type { Committed, EventLog } from './event-log.ts'
import { verifiedBy } from './fleet.ts'
import type { Screen } from './screen.ts'
import type { Traffic } from './traffic.ts'

/** What was held against the database, and what did not fit. */
export interface Verdict {
  /** Events committed that some screen should have got. */
  readonly committed: number
  /** In words, with the numbers. Empty: nothing was lost, repeated or out of order. */
  readonly faults: readonly string[]
}

/**
 * Holds every screen against the log: it must have got exactly the committed events of its group after the number it
 * began at, in order, each once; and every order that a client saw answered against the database, which must hold each once.
 */
export async function judge(screens: readonly Screen[], log: EventLog, traffic: Traffic): Promise<Verdict> {
  const committed = await log.after(new Map(verifiedBy(screens)))
  const faults = screens.flatMap((screen) => [...faultsOf(screen, committed)])
  faults.push(...(await unkept(traffic, log)))
  let count = 0
  for (const events of committed.values()) count += events.length
  return { committed: count, faults }
}

function* faultsOf(screen: Screen, committed: ReadonlyMap<string, readonly Committed[]>): Generator<string> {
  const who = `${screen.name} (${screen.view.group}, ${screen.view.branch ?? 'whole company'})`
  for (const fault of screen.faults.splice(0)) yield `${who}: ${fault}`
  for (const [stream, after] of screen.after) {
    const expected = (committed.get(stream) ?? []).filter(
      (event) => event.seq > after && seenBy(screen.view.group, event),
    )
    const difference = differenceOf(screen.received.get(stream) ?? [], expected)
    if (difference) yield `${who}, stream ${stream} after ${after}: ${difference}`
  }
}

function differenceOf(received: readonly string[], expected: readonly Committed[]): string | null {
  if (received.length === expected.length && expected.every((event, i) => event.id === received[i]))
    return null
  const got = new Set(received)
  const known = new Set(expected.map((event) => event.id))
  const missing = expected.filter((event) => !got.has(event.id)).map((event) => event.seq)
  const unknown = received.filter((id) => !known.has(id))
  const said = [
    missing.length > 0 && `${missing.length} missing: ${someOf(missing)}`,
    got.size < received.length && `${received.length - got.size} came twice`,
    unknown.length > 0 && `${unknown.length} that are not in the log: ${someOf(unknown)}`,
  ].filter(Boolean)
  return said.length > 0 ? said.join('; ') : 'out of order'
}

async function unkept(traffic: Traffic, log: EventLog): Promise<string[]> {
  const kept = await log.orders([...traffic.answered.keys()])
  const faults: string[] = []
  for (const [id, status] of traffic.answered) {
    const now = kept.get(id)
    if (now === undefined) faults.push(`order ${id} was answered and is not in the database`)
    else if (status === 'closed' && now !== 'closed')
      faults.push(`order ${id} was answered closed and is ${now}`)
  }
  // each order is noted with the key it was sent with, however often that was
  for (const key of await log.doubled()) faults.push(`the order with key ${key} was made twice`)
  return faults
}

const someOf = (list: readonly (string | number)[]): string =>
  list.length <= 20 ? list.join(' ') : `${list.slice(0, 20).join(' ')} …`
