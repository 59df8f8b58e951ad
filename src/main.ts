#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { importUsers } from './accounts/import/import-users.ts'
import { findRedisFaults } from './bus/doctor.ts'
import { redisSettings } from './bus/open.ts'
import { readConfig, settingsAsMarkdown, settingsAsText } from './config.ts'
import type { Config } from './config.ts'
import { unboundLogin } from './db/database.ts'
import { beginNewEpoch, findDifferences } from './db/doctor.ts'
import { openDatabase } from './db/open.ts'
import { createLog } from './log.ts'
import { serve } from './serve.ts'
import { StartupError } from './startup-error.ts'

/** Starts one process. The only file that reads arguments and signals, and that exits. */

const commands: Record<string, (flags: readonly string[]) => Promise<void>> = {
  start,
  migrate,
  doctor,
  'import-users': importFile,
}

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const usage = `cafe-realtime ${version}: realtime backend for cafés

  npm start                   start the service
  npm start -- --help         this text
  node dist/main.js migrate   bring the database schema up to date and end
  node dist/main.js doctor    recompute all that is derived, try Redis, say what is wrong and end: 1 when anything is
  node dist/main.js doctor --new-epoch
                              after a restore from a backup: positions of before are void, screens fetch everything anew
  node dist/main.js import-users <file> --company <slug> [--dry-run]
                              give people a login with the password hashes that Django kept; see docs/migrating.md

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
  const config = readConfig()
  await tryRedis(config)
  const database = await openDatabase(config)
  try {
    if (flags.includes('--new-epoch')) {
      const { before, after } = await beginNewEpoch(database)
      print(`The history of the database was called ${before}, from now on ${after}.\n`)
    }
    if ((await database.isUnbound()) && database.kind === 'postgresql') print(`Note: ${unboundLogin}.\n`)
    const differences = await findDifferences(database)
    for (const { check, company, row, found, expected } of differences)
      print(`${check}: ${row} of company ${company} is ${found}, expected ${expected}\n`)
    print(differences.length === 0 ? 'The books are in order.\n' : `${differences.length} differences.\n`)
    if (differences.length > 0) process.exitCode = 1
  } finally {
    await database.close()
  }
}

async function importFile(args: readonly string[]): Promise<void> {
  const { file, company, dryRun } = importArguments(args)
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new StartupError(`cannot read ${file}: ${error.message}`)
  })
  const database = await openDatabase(readConfig())
  try {
    const result = await importUsers(database, { company, text, dryRun })
    if (!result) throw new StartupError(`there is no company with the slug ${company}`)
    const { count, faults } = result
    for (const { line, fault } of faults) print(`line ${line}: ${fault}\n`)
    if (faults.length > 0) throw new StartupError(`${faults.length} faults; nobody was imported`)
    print(`${count} people ${dryRun ? 'can be imported; nothing was changed' : 'imported'}.\n`)
  } finally {
    await database.close()
  }
}

function importArguments(args: readonly string[]): { file: string; company: string; dryRun: boolean } {
  const options = { company: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [file] = positionals
    if (!file || !values.company || positionals.length > 1) throw new Error('name one file and --company')
    return { file, company: values.company, dryRun: values['dry-run'] }
  } catch (error) {
    throw new StartupError(`import-users: ${(error as Error).message}; see npm start -- --help`)
  }
}

async function tryRedis(config: Config): Promise<void> {
  const redis = redisSettings(config)
  if (!redis) return
  const faults = await findRedisFaults(redis, config.redisPrefix)
  for (const fault of faults) print(`${fault}\n`)
  print(faults.length === 0 ? 'Redis does what is needed.\n' : 'Without Redis events still arrive, later.\n')
  if (faults.length > 0) process.exitCode = 1
}

function print(text: string): void {
  process.stdout.write(text)
}

function fail(error: unknown): void {
  const { message, stack } = error as Error
  process.stderr.write(`cafe-realtime: ${error instanceof StartupError ? message : stack}\n`)
  process.exit(1)
}
