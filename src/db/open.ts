import type { Config } from '../config/config.ts'
import type { Database } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { openPostgresql } from './postgresql.ts'

/** Opens the database of DATABASE_URL; without it, the embedded one in DATA_DIR. */
export async function openDatabase(config: Config): Promise<Database> {
  return config.databaseUrl ? openPostgresql(config, config.databaseUrl) : openEmbedded(config)
}
