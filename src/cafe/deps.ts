import type { Clock } from '../lib/clock.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../events/changes.ts'
import type { PictureStorage } from './pictures/storage/picture-storage.ts'

/** What café use cases stand on: reads go through the database, every change through `changes`. */
export interface CafeDeps {
  database: Database
  changes: Changes
  clock: Clock
  pictures: PictureStorage
}
