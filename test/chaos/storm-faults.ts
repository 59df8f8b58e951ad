import { expect } from './fault.ts'
import type { Fault } from './fault.ts'
import type { Screen } from './screen.ts'

const storming = 5000

/** Only in a full run: it takes half a minute to open so many sockets. */
export const stormFaults: readonly Fault[] = [
  {
    name: 'storm',
    title: `${storming} sockets cut and back at once, each with its last position`,
    async run({ cluster, fleet, cafe, log, lasting, afterwards }) {
      const views = cafe.views(storming)
      const extra: Screen[] = []
      afterwards(() => fleet.remove(extra))
      for (let i = 0; i < views.length; i += 500) extra.push(...(await fleet.add(views.slice(i, i + 500))))
      await lasting(2000, 2000)
      const reconnects = fleet.counts.reconnects
      const before = await log.transactions()
      for (const screen of fleet.screens) screen.cut()
      await fleet.greeted()
      await lasting(2000, 2000)
      const transactions = (await log.transactions()) - before
      expect(fleet.counts.reconnects - reconnects >= storming, 'all came back')
      const [one, two] = await Promise.all(
        cluster.sockets.map((s) => s.metric('cafe_replays_total', '"replayed"')),
      )
      process.stdout.write(`      ${transactions} transactions, orders included; ${one! + two!} replays\n`)
    },
  },
]
