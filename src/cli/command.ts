import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import type { AccountChange } from '../accounts/authenticator.ts'
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
  /** Whether it is a client of a running service, over HTTP, and opens no database. */
  readonly isClient?: true
  /** @returns the exit code; 0 when nothing is returned */
  run(args: readonly string[], context: CommandContext): Promise<number | void>
}

/** The environment of a command: its terminal and settings. */
export interface CommandContext {
  /** The command, as it was called. */
  readonly name: string
  /** Language of the terminal. */
  readonly language: Language
  readConfig(): Config
  print(text: string): void
  /** Whether a person reads what is printed. */
  readonly isTerminal?: boolean
  /**
   * A line that is not shown: asked for at a terminal, else the first line of standard input.
   * @param fromInput from standard input at a terminal too
   * @param options.isNew asked for twice; the default
   */
  askPassword(fromInput: boolean, options?: { readonly isNew: boolean }): Promise<string>
  /** The full path of a file that the user names. */
  pathOf(file: string): string
  open(config: Config): Promise<CommandDatabase>
}

/** The database of a command: opened for it, or that of the running service. */
export interface CommandDatabase {
  readonly database: Database
  readonly changes: Changes
  /** Whether it belongs to the running service, which has checked the schema. */
  readonly serves: boolean
  /** Drops what the service has cached about a person or company, if it runs in this process. */
  forget(change: AccountChange): void
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
  context: Pick<CommandContext, 'name' | 'language'>,
  options: Options,
  { needed = [], optional = 0 }: Operands = {},
) {
  const texts = textsOf(context.language)
  const refuse = (reason: string) => usageError(context, reason)
  if (args.some((arg) => /^--?pass(word)?(=|$)/.test(arg))) throw refuse(texts.noPasswordArgument)
  const parsed = parsedOf({ args: [...args], options, allowPositionals: true }, context)
  const missing = needed[parsed.positionals.length]
  if (missing) throw refuse(texts.nameThe(texts.things[missing]))
  if (parsed.positionals.length > needed.length + optional) throw refuse(texts.tooMany)
  return parsed
}

/** Error for arguments that have no valid meaning. */
export const usageError = ({ name, language }: Pick<CommandContext, 'name' | 'language'>, reason: string) =>
  new UsageError(`${name}: ${reason}; ${textsOf(language).seeHelp(name)}`)

/** The value of a required option. */
export function requireOption(
  value: string | undefined,
  context: Pick<CommandContext, 'name' | 'language'>,
  thing: 'company' | 'person' | 'name',
): string {
  const texts = textsOf(context.language)
  if (!value) throw usageError(context, texts.nameThe(texts.things[thing]))
  return value
}

function parsedOf<const Options extends Specification>(
  config: { args: string[]; options: Options; allowPositionals: true },
  context: Pick<CommandContext, 'name' | 'language'>,
) {
  try {
    return parseArgs(config)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const texts = textsOf(context.language)
    const option = /'(?:-\w, )?(--?[^\s'=<]+)/.exec(message)?.[1] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw usageError(context, texts.unknownOption(option))
    const takesNone = message.includes('does not take')
    throw usageError(context, takesNone ? texts.optionTakesNone(option) : texts.optionNeedsValue(option))
  }
}
