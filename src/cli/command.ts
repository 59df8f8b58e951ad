import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import type { Config } from '../config/config.ts'
import { StartupError } from '../config/startup-error.ts'

/** What `node dist/main.js <name>` does beside starting the service. */
export interface Command {
  /** One line. */
  readonly summary: string
  /** What follows the name: `<file> --company <slug>`. */
  readonly synopsis: string
  /** What a person must know to use it. */
  readonly details: string
  /** @returns the exit code; 0 when nothing is returned */
  run(args: readonly string[], surroundings: Surroundings): Promise<number | void>
}

/** Where the person sits, and what they have set. */
export interface Surroundings {
  readConfig(): Config
  print(text: string): void
  /** One line that nobody sees: asked for at a terminal, else the first line of standard input. */
  askPassword(): Promise<string>
}

type Specification = NonNullable<ParseArgsConfig['options']>

/**
 * The options and operands of a command.
 * @param operands what must stand there beside options, by name
 * @throws StartupError in one sentence
 */
export function readArguments<const Options extends Specification>(
  command: string,
  args: readonly string[],
  options: Options,
  operands: readonly string[] = [],
) {
  const refuse = (reason: string) => new StartupError(`${command}: ${reason}; see ${command} --help`)
  if (args.some((arg) => /^--?pass(word)?(=|$)/.test(arg)))
    throw refuse(
      'arguments are seen by everybody on this machine; the password is asked for, or read from standard input',
    )
  const parsed = parsedOf({ args: [...args], options, allowPositionals: operands.length > 0 }, refuse)
  const missing = operands[parsed.positionals.length]
  if (missing) throw refuse(`name the ${missing}`)
  if (parsed.positionals.length > operands.length) throw refuse('too many arguments')
  return parsed
}

function parsedOf<const Options extends Specification>(
  config: { args: string[]; options: Options; allowPositionals: boolean },
  refuse: (reason: string) => StartupError,
) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw refuse((error as Error).message.split('. ', 1)[0]!)
  }
}
