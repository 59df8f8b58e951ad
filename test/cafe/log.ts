import { asc, inArray } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { events } from '../../src/db/schema/index.ts'
import { groups, personalGroup } from '../../src/events/catalogue.ts'

interface Announced {
  type: string
  /** The branch's id, or the company's for what belongs to no branch. */
  stream: string
  data: Record<string, unknown>
}

/** Runs an action and says which events of the café's screens it added to the log, in the order they were made. */
export async function announcedBy(database: Database, action: () => Promise<unknown>): Promise<Announced[]> {
  const before = new Set(await ids(database))
  await action()
  const added = (await ids(database)).filter((id) => !before.has(id))
  const rows = await database.acrossCompanies((tx) =>
    tx.select().from(events).where(inArray(events.id, added)).orderBy(asc(events.id)),
  )
  return rows
    .filter(({ groups: mask }) => mask !== groups[personalGroup])
    .map(({ type, streamId, data }) => ({
      type,
      stream: streamId,
      data: JSON.parse(data) as Record<string, unknown>,
    }))
}

/** Of all events; what they say is not read, which is much by the hundredth time. */
async function ids(database: Database): Promise<string[]> {
  const rows = await database.acrossCompanies((tx) => tx.select({ id: events.id }).from(events))
  return rows.map(({ id }) => id)
}
