import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startService } from '../support/process.ts'
import { bringRig, runScript } from '../support/script.ts'
import type { Teardown } from '../support/teardown.ts'
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

const interrupted = new AbortController()
if (values.help) process.stdout.write(usage)
else await runScript(run, { onFault, gently: interrupted })

function onFault(error: unknown): number {
  console.error(error instanceof Error ? error.message : error)
  return 2
}

async function run(t: Teardown): Promise<number> {
  const options = dayOptions()
  const urls = values.url.flatMap((url) => url.split(',')).map((url) => url.trim().replace(/\/+$/, ''))
  if (urls.length === 0) urls.push(await ownService(t))
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
async function ownService(t: Teardown): Promise<string> {
  const { folder } = await bringRig(t, 'simulate')
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
