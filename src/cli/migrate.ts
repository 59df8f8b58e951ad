import { textsOf } from './texts.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const migrate: Command = {
  async run(args, surroundings) {
    readArguments(args, surroundings, {})
    await useDatabase(surroundings, surroundings.readConfig(), ({ database }) => database.migrate())
    surroundings.print(`${textsOf(surroundings.language).schemaIsCurrent}\n`)
  },
}
