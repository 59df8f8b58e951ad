import { createAgeTrimmer } from './age-trimmer-repository.ts'
import type { TrimLimits } from './age-trimmer-repository.ts'
import type { Database } from '../db/database.ts'
import { idempotencyKeys } from '../db/schema/index.ts'

const { userId, route, key } = idempotencyKeys

/** Removes saved answers older than an instant, in batches. */
export const createKeyTrimmer = (database: Database, limits?: TrimLimits) =>
  createAgeTrimmer(
    database,
    { table: idempotencyKeys, key: [userId, route, key], lock: 7_206_117_004 },
    limits,
  )
