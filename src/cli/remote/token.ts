import type { Command } from '../command.ts'
import { readArguments } from '../command.ts'
import { clientOptions, logIn } from './service-client.ts'

/** Prints an access token, and nothing else, so that it can be used in another command. */
export const token: Command = {
  isClient: true,
  async run(args, context) {
    const { values } = readArguments(args, context, clientOptions)
    context.print(`${(await logIn(values, context)).token}\n`)
  },
}
