import { and, eq, gt, inArray, lt } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { socketTickets } from '../../db/schema/index.ts'

type Ticket = typeof socketTickets.$inferSelect

const trimmedAtOnce = 100

/** Keeps a ticket, and clears some of those away that nobody came with in time. */
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

/** Takes a ticket that is still good away; of many who come with it at once, one gets it. */
export async function takeTicket(tx: Tx, hash: string, now: Date): Promise<Ticket | null> {
  const [ticket] = await tx
    .delete(socketTickets)
    .where(and(eq(socketTickets.hash, hash), gt(socketTickets.expiresAt, now)))
    .returning()
  return ticket ?? null
}
