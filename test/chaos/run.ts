import { parseArgs } from 'node:util'
import { bringRig, runScript } from '../support/script.ts'
import type { Teardown } from '../support/teardown.ts'
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
await runScript(run)

async function run(t: Teardown): Promise<number> {
  console.log(`chaos: seed ${options.seed}, ${options.screens} screens, ${faultsOf(options).length} faults`)
  await bringRig(t, 'chaos')
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
