import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const migrate: Command = {
  summary: 'bring the database schema up to date',
  synopsis: '',
  details: `Only adds what this version needs, so the version before goes on working meanwhile. Any number may run at once:
one works, the others wait. Start replicas with DB_MIGRATE_ON_START=false to leave it to this command.

With DATABASE_MIGRATE_URL the login that it names owns the tables, and makes that of DATABASE_URL where there is none.`,
  async run(args, { print, readConfig }) {
    readArguments('migrate', args, {})
    await useDatabase(readConfig(), (database) => database.migrate())
    print('The database schema is up to date.\n')
  },
}
