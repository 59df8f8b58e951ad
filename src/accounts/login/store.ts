import { and, eq, isNull, lt } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { companies, sessions, users } from '../../db/schema.ts'
import { normalEmail, personColumns } from '../people-store.ts'
import type { Person } from '../people-store.ts'

/** Someone who may sign in. */
export interface Account extends Person {
  passwordHash: string
  companyName: string | null
  companyLanguage: string | null
}

export async function findAccount(tx: Tx, email: string): Promise<Account | null> {
  const [account] = await tx
    .select({
      ...personColumns,
      passwordHash: users.passwordHash,
      companyName: companies.name,
      companyLanguage: companies.language,
    })
    .from(users)
    .leftJoin(companies, eq(companies.id, users.companyId))
    .where(eq(users.email, normalEmail(email)))
  return account ?? null
}

/** Opens a login, and clears the user's expired ones away. */
export async function openSession(
  tx: Tx,
  session: { id: string; userId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await Promise.all([
    tx
      .delete(sessions)
      .where(and(eq(sessions.userId, session.userId), lt(sessions.expiresAt, session.createdAt))),
    tx.insert(sessions).values(session),
  ])
}

export async function extendSession(tx: Tx, id: string, expiresAt: Date): Promise<void> {
  await tx.update(sessions).set({ expiresAt }).where(eq(sessions.id, id))
}

/** Ends one login; its tokens die with it. */
export async function closeSession(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)))
}

/** Unless the password was changed meanwhile. */
export async function replaceHash(tx: Tx, userId: string, before: string, after: string): Promise<void> {
  await tx
    .update(users)
    .set({ passwordHash: after })
    .where(and(eq(users.id, userId), eq(users.passwordHash, before)))
}
