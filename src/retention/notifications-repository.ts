import { createAgeTrimmer } from './age-trimmer-repository.ts'
import type { TrimLimits } from './age-trimmer-repository.ts'
import type { Database } from '../db/database.ts'
import { notifications } from '../db/schema/index.ts'

/** Removes notifications older than an instant, read or not, in batches. */
export const createNotificationTrimmer = (database: Database, limits?: TrimLimits) =>
  createAgeTrimmer(database, { table: notifications, key: [notifications.id], lock: 7_206_117_005 }, limits)
