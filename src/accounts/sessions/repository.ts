import { and, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { sessions } from '../../db/schema/index.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed } from '../../http/pagination.ts'
import type { SessionQuery } from './schema.ts'

type Session = typeof sessions.$inferSelect

const liveOf = (userId: string, now: Date) =>
  and(eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now))

/** The active sessions of a user, last used first. */
export async function listSessions(
  tx: Tx,
  userId: string,
  query: SessionQuery,
  now: Date,
): Promise<Listed<Session>> {
  const where = liveOf(userId, now)
  const { limit, offset } = sliceOf(query)
  const lastUsed = sql`coalesce(${sessions.lastUsedAt}, ${sessions.createdAt})`
  const [rows, count] = await Promise.all([
    tx
      .select()
      .from(sessions)
      .where(where)
      .orderBy(desc(lastUsed), desc(sessions.id))
      .limit(limit)
      .offset(offset),
    tx.$count(sessions, where),
  ])
  return { count, rows }
}

/** Ends a session of a user; false when the user has no such active session. */
export async function endSession(tx: Tx, userId: string, id: string, now: Date): Promise<boolean> {
  const ended = await tx
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(liveOf(userId, now), eq(sessions.id, id)))
    .returning({ id: sessions.id })
  return ended.length > 0
}

/** Ends all other sessions of a user. */
export async function endOtherSessions(
  tx: Tx,
  { userId, sessionId }: { userId: string; sessionId: string },
  now: Date,
): Promise<void> {
  await tx
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(liveOf(userId, now), ne(sessions.id, sessionId)))
}
