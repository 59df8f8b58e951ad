#!/usr/bin/env node
import { createRequire } from 'node:module'
import { readConfig, settingsAsMarkdown, settingsAsText } from './config.ts'
import { beginNewEpoch, findDifferences } from './db/doctor.ts'
import { openDatabase } from './db/open.ts'
import { createLog } from './log.ts'
import { serve } from './serve.ts'
import { StartupError } from './startup-error.ts'

/** Starts one process. The only file that reads arguments and signals, and that exits. */

const commands: Record<string, (flags: readonly string[]) => Promise<void>> = { start, migrate, doctor }

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const usage = `cafe-realtime ${version}: realtime backend for cafés

  npm start                   start the service
  npm start -- --help         this text
  node dist/main.js migrate   bring the database schema up to date and end
  node dist/main.js doctor    recompute all that is derived, say what differs and end: 1 when anything does
  node dist/main.js doctor --new-epoch
                              after a restore from a backup: positions of before are void, screens fetch everything anew

Settings, from the environment:
${settingsAsText()}
`

await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<void> {
  const [command = 'start', ...flags] = given
  if (command === '--help' || command === '-h' || command === 'help') return print(usage)
  if (command === '--help=markdown') return print(settingsAsMarkdown())
  if (command === '--version') return print(`${version}\n`)
  try {
    const run = commands[command]
    if (!run) throw new StartupError(`unknown command ${command}; see npm start -- --help`)
    await run(flags)
  } catch (error) {
    fail(error)
  }
}

async function start(): Promise<void> {
  const terminal = process.stdout.isTTY
  const config = readConfig()
  const log = createLog(config, terminal)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'fault outside of any request; the process ends')
    process.exit(1)
  })
  const service = await serve({ config, log, print })
  let stopping = false
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) {
      log.warn({ signal }, 'second signal: ending now')
      process.exit(1)
    }
    stopping = true
    log.info({ signal }, 'stopping')
    await service.stop().catch(fail)
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
}

async function migrate(): Promise<void> {
  const config = readConfig()
  const database = await openDatabase(config)
  try {
    await database.migrate()
    print('The database schema is up to date.\n')
  } finally {
    await database.close()
  }
}

async function doctor(flags: readonly string[]): Promise<void> {
  const unknown = flags.find((flag) => flag !== '--new-epoch')
  if (unknown) throw new StartupError(`doctor does not know ${unknown}; see npm start -- --help`)
  const database = await openDatabase(readConfig())
  try {
    if (flags.includes('--new-epoch')) {
      const { before, after } = await beginNewEpoch(database)
      print(`The history of the database was called ${before}, from now on ${after}.\n`)
    }
    const differences = await findDifferences(database)
    for (const { check, company, row, found, expected } of differences)
      print(`${check}: ${row} of company ${company} is ${found}, expected ${expected}\n`)
    print(differences.length === 0 ? 'The books are in order.\n' : `${differences.length} differences.\n`)
    if (differences.length > 0) process.exitCode = 1
  } finally {
    await database.close()
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

function fail(error: unknown): void {
  const { message, stack } = error as Error
  process.stderr.write(`cafe-realtime: ${error instanceof StartupError ? message : stack}\n`)
  process.exit(1)
}
