import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { testSecret } from '../support/database.ts'
import { bringRigWith, runScript } from '../support/script.ts'
import { bringPostgres, bringRedis } from '../support/services/services.ts'
import type { Teardown } from '../support/teardown.ts'
import { plotOf } from './plot.ts'
import { roll } from './rolling.ts'

/**
 * `npm run rolling [-- --sockets 500 --drain 10 --seed 7 --plot docs/images/rolling-deploy.svg]`: replaces every replica
 * under traffic and draws what sockets did. Exits with 1 when anything was lost.
 */
const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '500' },
    drain: { type: 'string', default: '6' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    plot: { type: 'string', default: 'docs/images/rolling-deploy.svg' },
  },
})
await runScript(run)

async function run(t: Teardown): Promise<number> {
  const services = await bringRigWith(t, 'rolling', async (folder) => ({
    postgresUrl: await bringPostgres(folder, (stop) => t.teardown(stop)),
    redisUrl: await bringRedis(folder, (stop) => t.teardown(stop)),
  }))
  const env = {
    DATABASE_URL: services.postgresUrl,
    REDIS_URL: services.redisUrl,
    JWT_SECRET: testSecret,
    REGISTRATION: 'true',
  }
  const [sockets, seed, drainMs] = [Number(values.sockets), Number(values.seed), Number(values.drain) * 1000]
  const result = await roll(t, { env, sockets, drainMs, calmMs: 3000, seed })
  await writeFile(values.plot, plotOf(result))

  const { fleet, traffic, replacements, committed, lastedMs, faults } = result
  for (const { name, code, closes, stoppedAtMs, endedAtMs, readyAtMs } of replacements) {
    const perSecond = Math.max(...countsPerSecond(closes))
    console.log(
      `${name}: ended with ${code} after ${endedAtMs - stoppedAtMs} ms, ready again after ${readyAtMs - endedAtMs} ms more; ` +
        `${closes.length} sockets closed, at most ${perSecond} in a second`,
    )
  }
  const requests = traffic.answered + traffic.failed
  console.log(
    `${lastedMs} ms, ${sockets} sockets, ${committed} events, ${fleet.delivered} deliveries, seed ${seed}`,
  )
  console.log(
    `${fleet.reconnects} reconnects, codes ${[...fleet.codes].map((each) => each.join(' x ')).join()}`,
  )
  console.log(`requests: ${requests}, ${traffic.failed} failed, given up ${traffic.givenUp}`)
  for (const failure of traffic.failures) console.log(`  ${failure}`)
  for (const fault of faults) console.log(`LOST ${fault}`)
  return faults.length === 0 && traffic.givenUp === 0 ? 0 : 1
}

function countsPerSecond(times: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const time of times)
    counts.set(Math.floor(time / 1000), (counts.get(Math.floor(time / 1000)) ?? 0) + 1)
  return [...counts.values()]
}
