import { textsOf } from './texts.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const migrate: Command = {
  async run(args, context) {
    readArguments(args, context, {})
    await useDatabase(context, context.readConfig(), ({ database }) => database.migrate())
    context.print(`${textsOf(context.language).schemaIsCurrent}\n`)
  },
}
