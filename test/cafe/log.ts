import { asc } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { events } from '../../src/db/schema.ts'

interface Announced {
  type: string
  /** The branch's id, or the company's for what belongs to no branch. */
  stream: string
  data: Record<string, unknown>
}

/** Runs an action and says which events it added to the log, in the order they were made. */
export async function announcedBy(database: Database, action: () => Promise<unknown>): Promise<Announced[]> {
  const before = new Set((await log(database)).map(({ id }) => id))
  await action()
  return (await log(database))
    .filter(({ id }) => !before.has(id))
    .map(({ type, streamId, data }) => ({
      type,
      stream: streamId,
      data: JSON.parse(data) as Record<string, unknown>,
    }))
}

const log = (database: Database) =>
  database.acrossCompanies((tx) => tx.select().from(events).orderBy(asc(events.id)))
