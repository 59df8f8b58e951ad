import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { currentAuditContext } from '../db/audit-context.ts'
import { encodeEnvelope } from './envelope.ts'
import type { AppendedBatch } from './log.ts'
import type { StreamKey } from './stream-key.ts'

interface Deps {
  /** Sends one message per stream; returns at once. */
  publish: (stream: StreamKey, message: Buffer) => void
  log: BaseLogger
  registry: Registry
}

/**
 * Publishes the events of a committed transaction, one message per stream. Never throws: the change is committed, and
 * replicas that miss the message find the events in the log.
 */
export function createPublisher({
  publish,
  log,
  registry,
}: Deps): (batches: readonly AppendedBatch[]) => void {
  const appended = new Counter({
    name: 'cafe_events_appended_total',
    help: 'Events that this replica committed to the log.',
    registers: [registry],
  })
  return (batches) => {
    const acting = currentAuditContext()
    for (const batch of batches) {
      appended.inc(batch.events.length)
      const { companyId: company, streamId: stream } = batch.stream
      // the attributes are built only for traced requests
      const span = acting?.span?.child('announce', 'producer', {
        'cafe.company.id': company,
        'messaging.destination.name': stream,
        'messaging.batch.message_count': batch.events.length,
        'cafe.event.ids': batch.events.map(({ id }) => id),
        'cafe.event.types': batch.events.map(({ type }) => type),
      })
      try {
        publish(batch.stream, encodeEnvelope(batch, span?.context()))
        span?.end()
      } catch (error) {
        span?.end((error as Error).name)
        const events = batch.events.map(({ id }) => id)
        log.error({ err: error, reqId: acting?.requestId, company, stream, events }, 'cannot publish events')
      }
    }
  }
}
