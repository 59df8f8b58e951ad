import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startService } from '../support/process.ts'
import { rigVariable } from '../support/rig.ts'
import { buildService } from '../support/runner.ts'
import { progressText, reportJson, reportText } from './report.ts'
import { differencesOf, simulateDay, wholeDay } from './simulate.ts'
import type { DayOptions } from './simulate.ts'

const usage = `A day in a café, simulated against a running service; ends with 1 when anything differs.

  npm run simulate                                     against a service of its own: the embedded database, or that
                                                       of DATABASE_URL (with REDIS_URL, if set)
  npm run simulate -- --url http://localhost:8000      against that one, in a company registered for it
  npm run simulate -- --url http://one,http://other --owner-email … --owner-password …
                                                       in branches of their own in that owner's company

  --branches 10   --waiters 3   --cooks 2   --cashiers 1 (each per branch)   --tables 10
  --hours ${wholeDay}      simulated, from 8:00 on       --speed 300   simulated seconds in one
  --seed 7        the same choices again (the network has its own)
  --json          the report for programs        --help

The branches, people and orders of a day stay in the database it was simulated on. Ctrl+C ends the day early and checks
what there is; a second one ends at once.
`

const { values } = parseArgs({
  options: {
    url: { type: 'string', multiple: true, default: [] },
    'owner-email': { type: 'string' },
    'owner-password': { type: 'string' },
    branches: { type: 'string', default: '10' },
    waiters: { type: 'string', default: '3' },
    cooks: { type: 'string', default: '2' },
    cashiers: { type: 'string', default: '1' },
    tables: { type: 'string', default: '10' },
    hours: { type: 'string', default: String(wholeDay) },
    speed: { type: 'string', default: '300' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const undo: (() => unknown)[] = []
const t = { teardown: (step: () => unknown) => void undo.push(step) }
const interrupted = new AbortController()
const interrupt = () => {
  if (interrupted.signal.aborted) void cleanUp().then(() => process.exit(130))
  interrupted.abort()
}
process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)

if (values.help) process.stdout.write(usage)
else
  process.exitCode = await run()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      return 2
    })
    .finally(cleanUp)

async function run(): Promise<number> {
  const options = dayOptions()
  const urls = values.url.flatMap((url) => url.split(',')).map((url) => url.trim().replace(/\/+$/, ''))
  if (urls.length === 0) urls.push(await ownService())
  const terminal = process.stderr.isTTY
  const day = await simulateDay(
    { ...options, urls },
    {
      signal: interrupted.signal,
      onProgress(hour, soFar) {
        const text = progressText(hour, soFar)
        process.stderr.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`)
      },
    },
  )
  if (terminal) process.stderr.write('\r\u001b[2K')
  process.stdout.write(values.json ? `${JSON.stringify(reportJson(day), null, 2)}\n` : reportText(day))
  return differencesOf(day).length === 0 ? 0 : 1
}

/** @throws Error that says which option is no number */
function dayOptions(): Omit<DayOptions, 'urls'> {
  const count = (
    name: 'branches' | 'waiters' | 'cooks' | 'cashiers' | 'tables' | 'hours' | 'speed' | 'seed',
  ) => {
    const number = Number(values[name])
    const smallest = name === 'seed' || name === 'cooks' || name === 'cashiers' ? 0 : 1
    if (!Number.isFinite(number) || number < smallest)
      throw new Error(`--${name} must be a number from ${smallest} on`)
    return number
  }
  const { 'owner-email': email, 'owner-password': password } = values
  if ((email === undefined) !== (password === undefined))
    throw new Error('--owner-email and --owner-password belong together')
  return {
    seed: count('seed'),
    hours: count('hours'),
    speed: count('speed'),
    branches: count('branches'),
    tables: count('tables'),
    staff: { waiter: count('waiters'), cook: count('cooks'), cashier: count('cashiers') },
    ownerLogin: email && password ? { email, password } : null,
  }
}

/** Builds and starts the service, on a database of its own in a temporary folder or on DATABASE_URL. */
async function ownService(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cafe-simulate-'))
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const main = await buildService(folder, { mustSucceed: true })
  process.env[rigVariable] = JSON.stringify({ main, folder })
  const { DATABASE_URL, REDIS_URL, JWT_SECRET } = process.env
  const { httpUrl } = await startService(t, {
    DATA_DIR: join(folder, 'data'),
    JWT_SECRET: JWT_SECRET ?? randomBytes(32).toString('hex'),
    ...(DATABASE_URL && { DATABASE_URL }),
    ...(REDIS_URL && { REDIS_URL }),
    DEMO_DATA: 'false',
    REGISTRATION: 'true',
    LOG_LEVEL: 'error',
  })
  return httpUrl
}

async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step()
    } catch (error) {
      console.error('clean-up:', error)
    }
  }
}
