import { and, eq, gt, inArray, lt } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { socketTickets } from '../../db/schema/index.ts'

type Ticket = typeof socketTickets.$inferSelect

const trimmedAtOnce = 100

/** Stores a ticket and deletes some expired ones. */
export async function keepTicket(tx: Tx, ticket: Ticket, now: Date): Promise<void> {
  const old = tx
    .select({ hash: socketTickets.hash })
    .from(socketTickets)
    .where(lt(socketTickets.expiresAt, now))
    .limit(trimmedAtOnce)
    .for('update', { skipLocked: true })
  await Promise.all([
    tx.delete(socketTickets).where(inArray(socketTickets.hash, old)),
    tx.insert(socketTickets).values(ticket),
  ])
}

/** Deletes a valid ticket and returns it; of parallel requests, exactly one succeeds. */
export async function takeTicket(tx: Tx, hash: string, now: Date): Promise<Ticket | null> {
  const [ticket] = await tx
    .delete(socketTickets)
    .where(and(eq(socketTickets.hash, hash), gt(socketTickets.expiresAt, now)))
    .returning()
  return ticket ?? null
}
