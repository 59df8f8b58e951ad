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

/** Notes an event of the change being made, in the order clients shall see it. */
export type Emit = (branchId: string | null, type: EventType, data: object) => void

/** The one way café data changes. */
export interface Changes {
  /**
   * Runs `work` in one transaction of the company and appends what it emitted in the same transaction, last of all.
   * After the commit what was noted with `afterCommit` is done, and the news is handed on without waiting: the caller's answer never depends on it. When `work` throws,
   * nothing changed and nothing was announced.
   */
  change<T>(companyId: string, work: (tx: Tx, emit: Emit) => Promise<T>): Promise<T>
}

interface Parts {
  database: Database
  clock: Clock
  /** Rings the doorbell of other replicas after a commit; must not throw or block. */
  publish: (batches: readonly AppendedBatch[]) => void
}

export function createChanges({ database, clock, publish }: Parts): Changes {
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
        acting?.caused.push(...batches.flatMap(({ events }) => events.map(({ id }) => id)))
        publish(batches)
      }
      await runAfterCommit(committed)
      return result
    },
  }
}
