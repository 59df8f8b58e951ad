#!/usr/bin/env node
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { commands, commandsAsText, helpOf, nearest } from './cli/index.ts'
import { ownSurroundings } from './cli/terminal.ts'
import { readConfig } from './config/config.ts'
import { settingsAsMarkdown, settingsAsText } from './config/describe-settings.ts'
import { actingFor } from './db/audit-context.ts'
import type { Acting } from './db/audit-context.ts'
import { createLog } from './server/logger.ts'
import { serve } from './server/serve.ts'
import { StartupError } from './config/startup-error.ts'

/** Starts one process. The only file that reads arguments and signals, and that exits. */

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const usage = `cafe-realtime ${version}: realtime backend for cafés

  npm start                       start the service
  npm start -- <command> …        do one thing and end; without npm: node dist/main.js <command> …
  npm start -- <command> --help   how

Commands:
  start            start the service: what happens when no command is named
${commandsAsText()}

Settings, from the environment:
${settingsAsText()}
`

/** Ctrl+C under npm brings the signal twice: from the terminal and from npm. */
const sameSignalMs = 300

await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<void> {
  const [first = 'start', ...args] = given
  if (first === '--help=markdown') return print(settingsAsMarkdown())
  if (first === '--version') return print(`${version}\n`)
  const wantsHelp = [first, ...args].some((arg) => ['--help', '-h', 'help'].includes(arg))
  const name = first === 'help' ? (args[0] ?? '') : first
  const command = commands[name]
  const isKnown = command !== undefined || ['start', '--help', '-h', ''].includes(name)
  if (wantsHelp && isKnown) return print(command ? helpOf(name, command) : usage)
  try {
    if (name === 'start') return await start(args)
    if (!command)
      throw new StartupError(
        `unknown command ${name}; did you mean ${nearest(name)}? There are:\n${commandsAsText()}`,
      )
    process.once('SIGTERM', () => process.exit(128 + constants.signals.SIGTERM))
    process.exitCode = (await actingFor(commandLine(name), () => command.run(args, ownSurroundings))) ?? 0
  } catch (error) {
    fail(error)
  }
}

/** Who acts, for the audit log: nobody of the company, but a command on this machine. */
function commandLine(name: string): Acting {
  const request = `cafe-realtime ${name}`
  return { userId: null, request, requestId: '', device: '', address: '', caused: [], span: null }
}

async function start(args: readonly string[]): Promise<void> {
  if (args.length > 0)
    throw new StartupError(`start takes no arguments, only settings; see npm start -- --help`)
  const terminal = process.stdout.isTTY
  const config = readConfig()
  const log = createLog(config, terminal)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'fault outside of any request; the process ends')
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
  // from the beginning: the first process of a container ignores signals that nobody listens to
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
  try {
    await service.ready
  } catch (error) {
    // a start that was called off may end as it likes
    if (stoppingSince === undefined) throw error
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

function fail(error: unknown): never {
  const { message, stack } = error as Error
  process.stderr.write(`cafe-realtime: ${error instanceof StartupError ? message : stack}\n`)
  process.exit(1)
}
