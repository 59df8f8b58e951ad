import { parseArgs } from 'node:util'
import { startService } from '../support/process.ts'
import { bringRig, runScript } from '../support/script.ts'
import type { Teardown } from '../support/teardown.ts'
import { flood } from './flood.ts'
import { floodText } from './report.ts'

/**
 * `npm run flood [-- --silent 2000 --noisy 500 --slow 50 --guessers 20 --orders 200]`: everything at once against a service
 * of its own with the settings it is shipped with: the embedded database, or an empty one at DATABASE_URL (with
 * REDIS_URL, if set). Ends with 1 when the waiter could not work.
 */
const { values } = parseArgs({
  options: {
    silent: { type: 'string', default: '2000' },
    noisy: { type: 'string', default: '500' },
    slow: { type: 'string', default: '50' },
    guessers: { type: 'string', default: '20' },
    orders: { type: 'string', default: '200' },
  },
})
await runScript(run)

async function run(t: Teardown): Promise<number> {
  await bringRig(t, 'flood')
  const { httpUrl } = await startService(t, { ...settings(), LOG_LEVEL: 'warn', DEMO_DATA: 'true' })
  const report = await flood(t, {
    httpUrl,
    silent: Number(values.silent),
    noisy: Number(values.noisy),
    slow: Number(values.slow),
    guessers: Number(values.guessers),
    orders: Number(values.orders),
    pauseMs: 100,
  })
  console.log(floodText(report))
  return report.flooded.refused.length === 0 && report.login === 200 && report.ready === 200 ? 0 : 1
}

/** A secret is needed with DATABASE_URL, and of use for as long as this runs. */
function settings(): Record<string, string> {
  const { DATABASE_URL, REDIS_URL } = process.env
  if (!DATABASE_URL) return {}
  const JWT_SECRET = 'only as long as this flood goes on'
  return { DATABASE_URL, JWT_SECRET, ...(REDIS_URL && { REDIS_URL }) }
}
