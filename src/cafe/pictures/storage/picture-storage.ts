import type { Tx } from '../../../db/database.ts'

/**
 * Where pictures of dishes are kept. A dish refers to its picture by name. Whenever a process crashes, a committed
 * name has its picture. An unused picture may stay for a while, known only to clients that were shown its name.
 */
export interface PictureStorage {
  /**
   * Stores the picture of a dish; it is durable when `tx` is committed.
   * @param name as `pictureName` makes it
   * @throws ApiError `unavailable` when it cannot be written now
   */
  keep(tx: Tx, picture: KeptPicture): Promise<void>
  /** Deletes a picture on commit of `tx`, not on rollback. */
  drop(tx: Tx, companyId: string, name: string): Promise<void>
  /** Null when the company has no such picture, or the name is invalid. */
  find(companyId: string, name: string): Promise<Buffer | null>
}

interface KeptPicture {
  readonly companyId: string
  readonly menuItemId: string
  readonly name: string
  /** WebP. */
  readonly content: Buffer
}
