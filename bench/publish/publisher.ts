import { setTimeout as sleep } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../../src/db/database.ts'
import { appendEvents } from '../../src/events/log.ts'
import type { AppendedBatch, NewEvent } from '../../src/events/log.ts'
import { writeAll } from './commands.ts'
import type { BenchCompany } from './company.ts'
import { monotonicMicros, orderCreated, publishedAt } from './payload.ts'

/** One line of work: so many events, one branch after the other; a rate of 0 is as fast as it goes. */
export interface Work {
  readonly branches: number
  readonly events: number
  /** Events in a second. */
  readonly rate: number
}

interface Published {
  readonly branches: number
  readonly events: number
  readonly rate: number
  readonly seconds: number
  /** Numbers `n` of the first and the last event of the first branch. */
  readonly first: number
  readonly last: number
}

/** Appends events to the log and publishes them. */
export interface Publisher {
  /** As the service does: a transaction, and after its commit one message per stream. */
  publish(work: Work): Promise<Published>
  /** Only appends; `release` publishes what was appended so, all at once. */
  append(work: Work): Promise<Published>
  release(): Promise<{ messages: number; seconds: number }>
}

/** How what is in the log comes to those who wait for it. */
export interface Way {
  /** Publishes what a transaction has committed. */
  announce(batches: readonly AppendedBatch[]): void
  /** The same as one command a batch, for `address`; an answer to it has `mark` in it once. */
  command(batch: AppendedBatch): Buffer
  readonly address: string
  readonly mark: string
}

/** Streams that one transaction appends to; each gets one event. */
const streamsAtOnce = 200
/** A stalled clock is not made up for by more than this. */
const transactionsAtOnce = 4

interface Deps {
  database: Database
  company: BenchCompany
  way: Way
}

export function createPublisher({ database, company, way }: Deps): Publisher {
  const numbers = new Map<string, number>()
  let held: Buffer[] = []

  /** One transaction that appends one event to each of these streams. */
  const appendTo = (branches: readonly string[]): Promise<AppendedBatch[]> => {
    const events = branches.map((branch): NewEvent => {
      const n = (numbers.get(branch) ?? 0) + 1
      numbers.set(branch, n)
      const data = orderCreated({ company: company.id, branch, n, t: monotonicMicros() })
      return { id: uuidv7(), streamId: branch, type: 'order_created', data }
    })
    return database.inCompany(company.id, (tx) => appendEvents(tx, company.id, events, new Date()))
  }

  const carryOut = async (
    { branches, events, rate }: Work,
    take: (batches: AppendedBatch[]) => void,
  ): Promise<Published> => {
    const streams = company.branches.slice(0, branches)
    if (streams.length < branches) throw new Error(`there are only ${company.branches.length} branches`)
    const first = (numbers.get(streams[0]!) ?? 0) + 1
    const began = performance.now()
    const running = new Set<Promise<void>>()
    let failure: unknown
    let sent = 0
    while (sent < events && !failure) {
      const due = rate > 0 ? Math.floor(((performance.now() - began) / 1000) * rate) : events
      const count = Math.min(due, events) - sent
      if (count <= 0 || running.size >= transactionsAtOnce) {
        await (count <= 0 ? sleep(1) : Promise.race(running))
        continue
      }
      // up to the end of the round over all branches: a branch has one event in a transaction
      const from = sent % streams.length
      const chosen = streams.slice(from, from + Math.min(count, streamsAtOnce))
      sent += chosen.length
      const step = appendTo(chosen)
        .then(take)
        .catch((error: unknown) => void (failure = error))
        .finally(() => running.delete(step))
      running.add(step)
      // the next transaction has events of the same branches, whose numbers must rise
      if (chosen.length + from === streams.length) await Promise.all(running)
    }
    await Promise.all(running)
    if (failure) throw failure
    const seconds = (performance.now() - began) / 1000
    return { branches, events, rate, seconds, first, last: numbers.get(streams[0]!)! }
  }

  return {
    publish: (work) => carryOut(work, (batches) => way.announce(batches.map(publishedNow))),
    append: (work) =>
      carryOut(work, (batches) => {
        for (const batch of batches) held.push(way.command(batch))
      }),
    async release() {
      const began = performance.now()
      const commands = held
      held = []
      await writeAll(way.address, commands, { answers: commands.length, mark: way.mark })
      return { messages: commands.length, seconds: (performance.now() - began) / 1000 }
    },
  }
}

function publishedNow(batch: AppendedBatch): AppendedBatch {
  const t = monotonicMicros()
  return { ...batch, events: batch.events.map((event) => ({ ...event, data: publishedAt(event.data, t) })) }
}
