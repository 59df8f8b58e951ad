import { createAgeTrimmer } from './age-trimmer-repository.ts'
import type { TrimLimits } from './age-trimmer-repository.ts'
import type { Database } from '../db/database.ts'
import { auditLog } from '../db/schema/index.ts'

/** Removes entries older than an instant, in batches. PostgreSQL refuses to remove entries of the last 30 days. */
export const createAuditTrimmer = (database: Database, limits?: TrimLimits) =>
  createAgeTrimmer(database, { table: auditLog, key: [auditLog.id], lock: 7_206_117_006 }, limits)
