import { and, eq } from 'drizzle-orm'
import type { Database } from '../../../db/database.ts'
import { menuImages } from '../../../db/schema/index.ts'
import type { PictureStorage } from './picture-storage.ts'

/** Pictures in the database: they are part of its backups, and every replica serves them. */
export function databasePictures(database: Database): PictureStorage {
  const named = (companyId: string, name: string) =>
    and(eq(menuImages.companyId, companyId), eq(menuImages.name, name))
  return {
    async keep(tx, picture) {
      await tx.insert(menuImages).values(picture)
    },
    async drop(tx, companyId, name) {
      await tx.delete(menuImages).where(named(companyId, name))
    },
    async find(companyId, name) {
      const [row] = await database.inCompany(companyId, (tx) =>
        tx.select({ content: menuImages.content }).from(menuImages).where(named(companyId, name)),
      )
      return row?.content ?? null
    },
  }
}
