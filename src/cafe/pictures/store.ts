import { randomBytes } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { menuImages } from '../../db/schema.ts'
import type { Picture } from './picture.ts'

/**
 * Keeps a picture under a name that nobody guesses, and that also says what is in it.
 * @returns the name
 */
export async function keepPicture(
  tx: Tx,
  companyId: string,
  menuItemId: string,
  { content, hash }: Picture,
): Promise<string> {
  const name = `${randomBytes(16).toString('hex')}.${hash.slice(0, 16)}.webp`
  await tx.insert(menuImages).values({ companyId, name, menuItemId, content })
  return name
}

export async function dropPicture(tx: Tx, companyId: string, name: string): Promise<void> {
  await tx.delete(menuImages).where(and(eq(menuImages.companyId, companyId), eq(menuImages.name, name)))
}

/** Null when the company has none of this name. */
export async function findPicture(tx: Tx, companyId: string, name: string): Promise<Buffer | null> {
  const [row] = await tx
    .select({ content: menuImages.content })
    .from(menuImages)
    .where(and(eq(menuImages.companyId, companyId), eq(menuImages.name, name)))
  return row?.content ?? null
}
