import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runScript } from '../test/support/script.ts'
import type { Teardown } from '../test/support/teardown.ts'
import { keep, writePages } from './report/files.ts'
import { markdownOf } from './report/report.ts'
import { pinSelf } from './rig/machine.ts'
import { titles, whyNot } from './rig/servers.ts'
import type { ServerKind } from './rig/servers.ts'
import { setStage } from './rig/stage.ts'
import { scenarios } from './scenarios/scenarios.ts'

/**
 * `npm run bench [-- fanout many … --rounds 5 --only ours,uws]`: measures the service and what people would otherwise use,
 * all or the named scenarios. Writes bench/results and the figures in docs/performance.md; `-- model` writes that page anew
 * from the results that are there. `--before …/dist/main.js` adds another build of the service, to compare with.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    before: { type: 'string', default: '' },
    'dry-run': { type: 'boolean', default: false },
  },
})
await runScript(run)

async function run(t: Teardown): Promise<number> {
  const names = positionals.length > 0 ? positionals : Object.keys(scenarios)
  if (names.join() === 'model') {
    writePages()
    return 0
  }
  const unknown = names.filter((name) => !scenarios[name])
  if (unknown.length > 0) {
    console.error(`no scenario ${unknown.join(', ')}; there are ${Object.keys(scenarios).join(', ')}`)
    return 2
  }
  const kinds = measurable(values.only.split(',').filter(Boolean))
  pinSelf()
  const began = performance.now()
  const progress = (line: string) => console.log(`${clock(performance.now() - began)} ${line}`)
  progress('building, starting PostgreSQL and Redis')
  const stage = { ...(await setStage(t)), before: values.before ? resolve(values.before) : null }
  const failed: string[] = []
  for (const name of names) {
    progress(name)
    try {
      const report = await scenarios[name]!(stage, { kinds, rounds: Number(values.rounds), progress })
      console.log(`\n${report.title}\n\n${report.tables.map(markdownOf).join('\n\n')}\n`)
      if (!values['dry-run']) keep(report, stage.postgres.bin)
    } catch (error) {
      failed.push(name)
      progress(`${name} failed: ${(error as Error).stack}`)
    }
  }
  progress(failed.length > 0 ? `failed: ${failed.join(', ')}` : 'done')
  return failed.length > 0 ? 1 : 0
}

/** The servers that can be measured here, ours among them whatever is asked for; says why others cannot. */
function measurable(only: readonly string[]): ServerKind[] {
  const all = Object.keys(titles) as ServerKind[]
  return all.filter((kind) => {
    if (only.length > 0 && kind !== 'ours' && !only.includes(kind)) return false
    if (kind === 'before' && !values.before) return false
    const why = whyNot(kind)
    if (why) console.log(`without ${kind}: ${why}`)
    return why === null
  })
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
