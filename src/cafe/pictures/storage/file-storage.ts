import { afterCommit } from '../../../db/after-commit.ts'
import { ApiError } from '../../../http/errors.ts'
import { inTime } from '../../../lib/with-timeout.ts'
import type { PictureFolder } from './folder.ts'
import { isPictureName } from '../name.ts'
import type { PictureStorage } from './picture-storage.ts'

/** How long a file system may take: one over the network that has gone must not hold a transaction. */
const timeLimitMs = 5000

/**
 * Pictures in a folder. A file is whole and on the disk before the commit that refers to it, and goes after the commit
 * that no longer does; whatever stays behind in between, the clean-up removes.
 * @param before where pictures were kept until the folder was chosen: they are still found there
 */
export const folderPictures = (folder: PictureFolder, before: PictureStorage): PictureStorage => ({
  async keep(_tx, { companyId, name, content }) {
    await available(folder.write(companyId, name, content))
  },
  async drop(tx, companyId, name) {
    afterCommit(tx, () => inTime(timeLimitMs, folder.remove(companyId, name)))
    await before.drop(tx, companyId, name)
  },
  async find(companyId, name) {
    if (!isPictureName(name)) return null
    return (await available(folder.read(companyId, name))) ?? (await before.find(companyId, name))
  },
})

async function available<T>(work: Promise<T>): Promise<T> {
  try {
    return await inTime(timeLimitMs, work)
  } catch (error) {
    throw new ApiError('unavailable', { cause: error, retryAfter: 5 })
  }
}
