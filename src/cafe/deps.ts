import type { Clock } from '../lib/clock.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../events/changes.ts'
import type { PictureStore } from './pictures/storage/picture-storage.ts'

/** What café use cases stand on: reads go through the database, every change through `changes`. */
export interface CafeParts {
  database: Database
  changes: Changes
  clock: Clock
  pictures: PictureStore
}
