import { uuidv7 } from 'uuidv7'
import type { Clock } from '../lib/clock.ts'
import { currentAuditContext } from '../db/audit-context.ts'
import { runAfterCommit } from '../db/after-commit.ts'
import type { Database, Tx } from '../db/database.ts'
import { during } from '../tracing/tracing.ts'
import { enablePipelining, orPipelinedError, settlePipelined } from '../db/pipelining.ts'
import type { EventType } from './catalogue.ts'
import { appendEvents } from './log.ts'
import type { AppendedBatch, NewEvent } from './log.ts'
import { streamOf } from './stream-key.ts'

/** Adds an event to the current change, in the order in which clients see it. */
export type Emit = (branchId: string | null, type: EventType, data: object) => void

/** The only way to change café data. */
export interface Changes {
  /**
   * Runs `work` in one transaction of the company, and appends the emitted events as its last statement. After the
   * commit it publishes the events, without waiting for delivery, and runs the `afterCommit` effects. When `work`
   * throws, nothing is changed or published.
   */
  change<T>(companyId: string, work: (tx: Tx, emit: Emit) => Promise<T>): Promise<T>
}

interface Deps {
  database: Database
  clock: Clock
  /** Sends committed events to the other replicas; must not throw or block. */
  publish: (batches: readonly AppendedBatch[]) => void
}

export function createChanges({ database, clock, publish }: Deps): Changes {
  return {
    async change(companyId, work) {
      const acting = currentAuditContext()
      const span = acting?.span?.child('change', 'internal', { 'cafe.company.id': companyId })
      const changed = database.inCompany(companyId, async (tx) => {
        enablePipelining(tx)
        const events: NewEvent[] = []
        const emit: Emit = (branchId, type, data) => {
          const { streamId } = streamOf(companyId, branchId)
          events.push({ id: uuidv7(), streamId, type, data: JSON.stringify(data) })
        }
        const result = await orPipelinedError(tx, work(tx, emit))
        const batches = await orPipelinedError(tx, appendEvents(tx, companyId, events, clock()))
        await settlePipelined(tx)
        return { result, batches, committed: tx }
      })
      const { result, batches, committed } = await during(span, changed)
      if (batches.length > 0) {
        acting?.appendedEventIds.push(...batches.flatMap(({ events }) => events.map(({ id }) => id)))
        publish(batches)
      }
      await runAfterCommit(committed)
      return result
    },
  }
}
