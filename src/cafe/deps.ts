import type { Clock } from '../lib/clock.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../events/changes.ts'
import type { PictureStorage } from './pictures/storage/picture-storage.ts'

/** Dependencies of the café use cases. Reads use `database`, every change uses `changes`. */
export interface CafeDeps {
  database: Database
  changes: Changes
  clock: Clock
  pictures: PictureStorage
}
