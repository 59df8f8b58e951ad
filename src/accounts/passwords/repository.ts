import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { users } from '../../db/schema/index.ts'

export async function passwordHashOf(tx: Tx, userId: string): Promise<string | null> {
  const [user] = await tx.select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId))
  return user?.hash ?? null
}

/** Whether the hash is still the user's. It is locked until the transaction ends. */
export async function holdHash(tx: Tx, userId: string, hash: string): Promise<boolean> {
  const held = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.passwordHash, hash)))
    .for('share')
  return held.length > 0
}

/** Replaces the hash unless the password has changed; returns whether it did. */
export async function replaceHash(tx: Tx, userId: string, before: string, after: string): Promise<boolean> {
  const replaced = await tx
    .update(users)
    .set({ passwordHash: after })
    .where(and(eq(users.id, userId), eq(users.passwordHash, before)))
    .returning({ id: users.id })
  return replaced.length > 0
}
