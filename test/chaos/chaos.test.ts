import t from 'tap'
import { runChaos } from './chaos.ts'
import { progressLine } from './report.ts'

/** `npm run chaos` does the same for longer, with a storm of thousands at its end. */
t.test('whatever breaks, no screen loses, repeats or mixes up an event', async (t) => {
  const seed = Date.now() % 1_000_000
  t.comment(`seed ${seed}`)
  await runChaos(t, {
    seed,
    full: false,
    screens: 200,
    only: [],
    onResult(result, index, count) {
      t.comment(progressLine(result, index, count))
      t.strictSame(result.faults, [], result.fault.title)
    },
  })
})
