#!/usr/bin/env node
import { constants } from 'node:os'
import { commands, commandsAsText, helpOf, isCommand, nearest } from './cli/index.ts'
import { runCommand } from './cli/run.ts'
import { callService } from './cli/served/call.ts'
import { localContext } from './cli/terminal.ts'
import { readConfig } from './config/config.ts'
import { settingsAsMarkdown, settingsAsText } from './config/describe-settings.ts'
import { version } from './config/version.ts'
import { terminalLanguage } from './config/terminal-language.ts'
import { usageTexts } from './cli/help.ts'
import type { CommandName } from './cli/help.ts'
import { textsOf } from './cli/texts.ts'
import type { Language } from './i18n/messages.ts'
import { createLog } from './server/logger.ts'
import { serve } from './server/serve.ts'
import { StartupError, UsageError } from './config/startup-error.ts'

/** Starts one process. The only file that reads arguments and signals, and that exits. */

function usage(language: Language): string {
  const texts = usageTexts[language]
  return `cafe-realtime ${version}: ${texts.about}

  npm start                       ${texts.start}
  npm start -- <command> …        ${texts.oneThing}
  npm start -- <command> --help   ${texts.how}

${texts.commands}:
${commandsAsText(language)}

${texts.settings}:
${settingsAsText(language)}
`
}

/** Under npm, Ctrl+C sends the signal twice: from the terminal and from npm. */
const sameSignalMs = 300

await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<void> {
  const [first = 'start', ...args] = given
  if (first === '--help=markdown') return print(settingsAsMarkdown())
  if (first === '--version') return print(`${version}\n`)
  const language = terminalLanguage()
  const wantsHelp = [first, ...args].some((arg) => ['--help', '-h', 'help'].includes(arg))
  const name = first === 'help' ? (args[0] ?? '') : first
  try {
    if (wantsHelp && ['start', '--help', '-h', ''].includes(name)) return print(usage(language))
    if (name === 'start') return await start(args)
    if (!isCommand(name)) {
      const texts = textsOf(language)
      throw new UsageError(texts.unknownCommand(name, nearest(name), commandsAsText(language)))
    }
    if (wantsHelp) return print(helpOf(name, language))
    process.once('SIGTERM', () => process.exit(128 + constants.signals.SIGTERM))
    process.exitCode = await carryOut(name, args)
  } catch (error) {
    fail(error)
  }
}

/** Runs a command in this process, unless a running service holds the embedded database. */
async function carryOut(name: CommandName, args: readonly string[]): Promise<number> {
  const context = localContext(name)
  if (commands[name].isClient) return runCommand(name, args, context)
  const { databaseUrl, dataDir } = readConfig()
  const code = databaseUrl ? null : await callService(dataDir, commands[name], args, context)
  return code ?? (await runCommand(name, args, context))
}

async function start(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new UsageError(textsOf(terminalLanguage()).startTakesNone)
  const terminal = process.stdout.isTTY
  const config = readConfig()
  const log = createLog(config, terminal)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'error outside of any request; the process ends')
    process.exit(1)
  })
  let stoppingSince: number | undefined
  const stop = async (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < sameSignalMs) return
      log.warn({ signal }, 'second signal: ending now')
      process.exit(1)
    }
    stoppingSince = performance.now()
    log.info({ signal }, 'stopping')
    process.exit((await service.stop().catch(fail)) ? 0 : 1)
  }
  const service = serve({ config, log, print })
  // set first: the first process of a container ignores signals without a listener
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
  try {
    await service.ready
  } catch (error) {
    // an aborted start may fail in any way
    if (stoppingSince === undefined) throw error
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

function fail(error: unknown): never {
  const { message, stack } = error as Error
  const isTold = error instanceof StartupError
  process.stderr.write(`cafe-realtime: ${isTold ? message : stack}\n`)
  process.exit(isTold ? error.exitCode : 1)
}
