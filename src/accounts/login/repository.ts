import { and, eq, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { companies, refreshTokens, sessions, users } from '../../db/schema/index.ts'
import type { Familiar } from './throttle.ts'
import { normalEmail, personColumns } from '../user-repository.ts'
import type { Person } from '../user-repository.ts'
import type { Device } from './device.ts'

/** Someone who may sign in. */
export interface Account extends Person {
  passwordHash: string
  companyName: string | null
  companyLanguage: string | null
  /** Whether it has, or recently had, a session with this device and from this address. */
  familiar: Familiar
}

export async function findAccount(tx: Tx, email: string, from: Device): Promise<Account | null> {
  const [account] = await tx
    .select({
      ...personColumns,
      passwordHash: users.passwordHash,
      companyName: companies.name,
      companyLanguage: companies.language,
      familiar: sql<Familiar>`(
        select case when bool_or(s.device = ${from.device}) then 'device' when count(*) > 0 then 'address' end
        from sessions s where s.user_id = ${users.id} and s.address = ${from.address})`,
    })
    .from(users)
    .leftJoin(companies, eq(companies.id, users.companyId))
    .where(eq(users.email, normalEmail(email)))
  return account ?? null
}

/** Creates a session with the digest of its refresh token, and deletes the user's expired sessions. */
export async function openSession(
  tx: Tx,
  session: typeof sessions.$inferInsert & { id: string; createdAt: Date },
  refreshHash: string,
): Promise<void> {
  await Promise.all([
    tx
      .delete(sessions)
      .where(and(eq(sessions.userId, session.userId), lt(sessions.expiresAt, session.createdAt))),
    tx.insert(sessions).values(session),
    tx.insert(refreshTokens).values({ hash: refreshHash, sessionId: session.id }),
  ])
}

/** Locks a session and returns its refresh tokens that may still be sent. */
export async function lockRefreshTokens(
  tx: Tx,
  sessionId: string,
): Promise<(typeof refreshTokens.$inferSelect)[]> {
  const [, known] = await Promise.all([
    tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sessionId)).for('no key update'),
    tx.select().from(refreshTokens).where(eq(refreshTokens.sessionId, sessionId)),
  ])
  return known
}

/** Replaces a refresh token. Deletes tokens that were replaced up to `forgetUpTo`. */
export async function replaceRefreshToken(
  tx: Tx,
  { sessionId, hash, next }: { sessionId: string; hash: string; next: string },
  now: Date,
  forgetUpTo: Date,
): Promise<void> {
  await Promise.all([
    tx
      .insert(refreshTokens)
      .values({ hash, sessionId, replacedAt: now })
      .onConflictDoUpdate({
        target: refreshTokens.hash,
        set: { replacedAt: sql`coalesce(${refreshTokens.replacedAt}, excluded.replaced_at)` },
      }),
    tx.insert(refreshTokens).values({ hash: next, sessionId }),
    tx
      .delete(refreshTokens)
      .where(and(eq(refreshTokens.sessionId, sessionId), lte(refreshTokens.replacedAt, forgetUpTo))),
  ])
}

/** Records the use of a session, and its new expiry if it changes. */
export async function touchSession(
  tx: Tx,
  id: string,
  used: Device & { lastUsedAt: Date; expiresAt?: Date },
): Promise<void> {
  await tx.update(sessions).set(used).where(eq(sessions.id, id))
}

/** Ends a session; its tokens become invalid. */
export async function closeSession(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)))
}
