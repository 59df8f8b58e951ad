import { afterCommit } from '../../../db/after-commit.ts'
import { ApiError } from '../../../http/errors.ts'
import { withTimeout } from '../../../lib/with-timeout.ts'
import type { PictureFolder } from './folder.ts'
import { isPictureName } from '../name.ts'
import type { PictureStorage } from './picture-storage.ts'

/** Time limit for the file system: a lost network file system must not hold a transaction. */
const timeLimitMs = 5000

/**
 * Pictures in a folder. A file is complete and on disk before the commit that refers to it, and is deleted after the
 * commit that no longer does. The clean-up removes files that are left over.
 * @param before the storage used before the folder: its pictures are still found
 */
export const folderPictures = (folder: PictureFolder, before: PictureStorage): PictureStorage => ({
  async keep(_tx, { companyId, name, content }) {
    await available(folder.write(companyId, name, content))
  },
  async drop(tx, companyId, name) {
    afterCommit(tx, () => withTimeout(timeLimitMs, folder.remove(companyId, name)))
    await before.drop(tx, companyId, name)
  },
  async find(companyId, name) {
    if (!isPictureName(name)) return null
    return (await available(folder.read(companyId, name))) ?? (await before.find(companyId, name))
  },
})

async function available<T>(work: Promise<T>): Promise<T> {
  try {
    return await withTimeout(timeLimitMs, work)
  } catch (error) {
    throw new ApiError('unavailable', { cause: error, retryAfter: 5 })
  }
}
