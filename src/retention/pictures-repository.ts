import { and, eq, inArray } from 'drizzle-orm'
import type { TrimmedBatch } from './job.ts'
import type { Database } from '../db/database.ts'
import { companies, menuItems } from '../db/schema/index.ts'
import type { PictureFolder } from '../cafe/pictures/storage/folder.ts'

/**
 * Removes files that no dish refers to and that were written before an instant. One call handles the company after the id
 * `from` (null: the first one). The instant must be older than any running change. Files of a company that is not in this
 * database stay: the folder may belong to another installation.
 */
export const createOrphanTrimmer =
  (database: Database, folder: PictureFolder) =>
  async (olderThan: Date, from: string | null): Promise<TrimmedBatch<string>> => {
    const companyId = await folder.companyAfter(from)
    if (!companyId) return { removed: 0, next: null }
    const files = await folder.olderFiles(companyId, olderThan)
    const orphans = files.length === 0 ? [] : await withoutDish(database, companyId, files)
    for (const file of orphans) await folder.remove(companyId, file)
    return { removed: orphans.length, next: companyId }
  }

const withoutDish = (database: Database, companyId: string, files: string[]): Promise<string[]> =>
  database.inCompany(companyId, async (tx) => {
    const [known, referred] = await Promise.all([
      tx.$count(companies, eq(companies.id, companyId)),
      tx
        .select({ image: menuItems.image })
        .from(menuItems)
        .where(and(eq(menuItems.companyId, companyId), inArray(menuItems.image, files))),
    ])
    if (known === 0) return []
    const names = new Set(referred.map(({ image }) => image))
    return files.filter((file) => !names.has(file))
  })
