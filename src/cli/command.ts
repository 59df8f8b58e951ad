import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import type { PeopleChange } from '../accounts/authenticator.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../events/changes.ts'
import { textsOf } from './texts.ts'
import type { Language } from '../i18n/messages.ts'
import { UsageError } from '../config/startup-error.ts'

/** A command `node dist/main.js <name>` other than the start of the service; its help text is in `help.ts`. */
export interface Command {
  /** Whether it needs the embedded database for itself, so that the service must be stopped. */
  readonly alone?: true
  /** @returns the exit code; 0 when nothing is returned */
  run(args: readonly string[], surroundings: Surroundings): Promise<number | void>
}

/** The environment of a command: its terminal and settings. */
export interface Surroundings {
  /** The command, as it was called. */
  readonly name: string
  /** Language of the terminal. */
  readonly language: Language
  readConfig(): Config
  print(text: string): void
  /**
   * A line that is not shown: asked for at a terminal, else the first line of standard input.
   * @param fromInput from standard input at a terminal too
   */
  askPassword(fromInput: boolean): Promise<string>
  /** The full path of a file that the user names. */
  pathOf(file: string): string
  open(config: Config): Promise<Workplace>
}

/** The database of a command: opened for it, or that of the running service. */
export interface Workplace {
  readonly database: Database
  readonly changes: Changes
  /** Whether it belongs to the running service, which has checked the schema. */
  readonly serves: boolean
  /** Drops what the service has cached about a person or company, if it runs in this process. */
  forget(change: PeopleChange): void
  close(): Promise<void>
}

type Specification = NonNullable<ParseArgsConfig['options']>

/** Operands by name; those of `optional` may be missing. */
interface Operands {
  readonly needed?: readonly ('file' | 'branch' | 'action')[]
  readonly optional?: number
}

/**
 * The options and operands of a command.
 * @throws UsageError in one sentence
 */
export function readArguments<const Options extends Specification>(
  args: readonly string[],
  surroundings: Pick<Surroundings, 'name' | 'language'>,
  options: Options,
  { needed = [], optional = 0 }: Operands = {},
) {
  const texts = textsOf(surroundings.language)
  const refuse = (reason: string) => misused(surroundings, reason)
  if (args.some((arg) => /^--?pass(word)?(=|$)/.test(arg))) throw refuse(texts.noPasswordArgument)
  const parsed = parsedOf({ args: [...args], options, allowPositionals: true }, surroundings)
  const missing = needed[parsed.positionals.length]
  if (missing) throw refuse(texts.nameThe(texts.things[missing]))
  if (parsed.positionals.length > needed.length + optional) throw refuse(texts.tooMany)
  return parsed
}

/** Error for arguments that have no valid meaning. */
export const misused = ({ name, language }: Pick<Surroundings, 'name' | 'language'>, reason: string) =>
  new UsageError(`${name}: ${reason}; ${textsOf(language).seeHelp(name)}`)

/** The value of a required option. */
export function needed(
  value: string | undefined,
  surroundings: Pick<Surroundings, 'name' | 'language'>,
  thing: 'company' | 'person' | 'name',
): string {
  const texts = textsOf(surroundings.language)
  if (!value) throw misused(surroundings, texts.nameThe(texts.things[thing]))
  return value
}

function parsedOf<const Options extends Specification>(
  config: { args: string[]; options: Options; allowPositionals: true },
  surroundings: Pick<Surroundings, 'name' | 'language'>,
) {
  try {
    return parseArgs(config)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const texts = textsOf(surroundings.language)
    const option = /'(?:-\w, )?(--?[^\s'=<]+)/.exec(message)?.[1] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw misused(surroundings, texts.unknownOption(option))
    const takesNone = message.includes('does not take')
    throw misused(surroundings, takesNone ? texts.optionTakesNone(option) : texts.optionNeedsValue(option))
  }
}
