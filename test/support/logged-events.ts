import { asc } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { events } from '../../src/db/schema/index.ts'
import type { EventType } from '../../src/events/catalogue.ts'
import { eventMessage } from '../../src/events/event-message.ts'
import { messageFault } from './messages.ts'

/** Fails when an event of the log has not the shape of its type, whether or not a socket got it. */
export async function checkLoggedEvents(database: Database): Promise<void> {
  const logged = await database.acrossCompanies((tx) => tx.select().from(events).orderBy(asc(events.id)))
  const faults = new Set(
    logged.flatMap(({ type, ...event }) => {
      const message = eventMessage({ ...event, type: type as EventType })
      return messageFault(JSON.parse(message)) ?? []
    }),
  )
  if (faults.size > 0)
    throw new Error(`events that are not as declared:\n${[...faults].slice(0, 10).join('\n')}`)
}
