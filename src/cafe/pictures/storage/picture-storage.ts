import type { Tx } from '../../../db/database.ts'

/**
 * Where pictures of dishes are kept. A dish refers to its picture by name, so whatever crashes when: a name that is
 * committed leads to its picture, and what nobody refers to any more may stay behind for a while, seen by none who was
 * not shown it.
 */
export interface PictureStorage {
  /**
   * Keeps a picture of a dish; it is there for good when `tx` is committed.
   * @param name as `pictureName` makes it
   * @throws ApiError `unavailable` when it cannot be written just now
   */
  keep(tx: Tx, picture: KeptPicture): Promise<void>
  /** Takes a picture away with the commit of `tx`, so not at all when that is rolled back. */
  drop(tx: Tx, companyId: string, name: string): Promise<void>
  /** Null when the company has none of this name, or when this is no name. */
  find(companyId: string, name: string): Promise<Buffer | null>
}

interface KeptPicture {
  readonly companyId: string
  readonly menuItemId: string
  readonly name: string
  /** WebP. */
  readonly content: Buffer
}
