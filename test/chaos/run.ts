import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rigVariable } from '../support/rig.ts'
import { buildService } from '../support/runner.ts'
import { faultsOf, runChaos } from './chaos.ts'
import { markdownTable, progressLine } from './report.ts'

/**
 * `npm run chaos [-- --short --seed 7 --screens 200 --only redis-freeze,ws-kill]`: breaks one thing after another under
 * traffic. Exits with 1 when any screen lost, repeated or mixed up one event, with the numbers.
 */
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    screens: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
  },
})
const options = {
  seed: Number(values.seed),
  full: !values.short,
  screens: Number(values.screens),
  only: values.only.split(',').filter(Boolean),
}
const undo: (() => unknown)[] = []
const t = { teardown: (step: () => unknown) => void undo.push(step) }
process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)))

process.exitCode = await run()
  .catch((error: unknown) => {
    console.error(error)
    return 1
  })
  .finally(cleanUp)

async function run(): Promise<number> {
  console.log(`chaos: seed ${options.seed}, ${options.screens} screens, ${faultsOf(options).length} faults`)
  const folder = await mkdtemp(join(tmpdir(), 'cafe-chaos-'))
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const main = await buildService(folder, { mustSucceed: true })
  process.env[rigVariable] = JSON.stringify({ main, folder })
  const results = await runChaos(t, {
    ...options,
    onResult: (...result) => console.log(progressLine(...result)),
  })
  console.log(`\n${markdownTable(results)}\n`)
  const lost = results.filter((result) => result.faults.length > 0)
  if (lost.length === 0) console.log(`nothing lost, nothing repeated; seed ${options.seed}`)
  else console.log(`LOST in ${lost.map((result) => result.fault.name).join(', ')}; seed ${options.seed}`)
  return lost.length === 0 ? 0 : 1
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
