import { expect } from './fault.ts'
import type { Fault, Scene } from './fault.ts'

/** What happens to PostgreSQL. */
export const postgresFaults: readonly Fault[] = [
  {
    name: 'postgres-restart',
    title: 'PostgreSQL restarted',
    async run({ cluster, lasting }) {
      await cluster.postgres.restart('orderly')
      await lasting(1000, 300)
    },
  },
  {
    name: 'postgres-crash',
    title: 'PostgreSQL crashes and recovers',
    async run({ cluster, lasting }) {
      await cluster.postgres.restart('crash')
      await lasting(1000, 300)
    },
  },
  {
    name: 'postgres-freeze',
    title: 'PostgreSQL frozen (SIGSTOP of all its processes)',
    async run({ cluster, lasting }) {
      cluster.postgres.freeze()
      await lasting(10_000, 3000)
      cluster.postgres.thaw()
    },
  },
  {
    name: 'postgres-older',
    title: 'PostgreSQL replaced by an older backup under the same name: heads behind',
    restores: true,
    async run(scene) {
      const { cluster, traffic, fleet, lasting } = scene
      const { backup, forget } = await takeBackup(scene)
      await lasting(5000, 2000)
      // a number given out twice between two looks is not seen; a restore under the old name has to wait for one look
      await traffic.pause()
      await cluster.postgres.replaceBy(backup, { newTimeline: false, whileDown: forget })
      await lasting(2500, 2500)
      traffic.resume()
      expect(fleet.counts.resyncs.size > 0, 'screens were told to fetch everything anew')
    },
  },
  {
    name: 'postgres-promoted',
    title: 'PostgreSQL restored from a backup and promoted, as in a failover that lost its tail',
    restores: true,
    async run(scene) {
      const { cluster, fleet, lasting } = scene
      const { backup, forget } = await takeBackup(scene)
      await lasting(5000, 1500)
      await cluster.postgres.replaceBy(backup, { newTimeline: true, whileDown: forget })
      await lasting(2500, 2500)
      expect(fleet.counts.resyncs.has('epoch_changed'), 'screens were told of the new history')
    },
  },
]

/** A backup, and what takes back the answers given since: what they said is lost with the data. */
async function takeBackup({ cluster, traffic: { answered } }: Scene) {
  const before = [...answered]
  const backup = await cluster.postgres.backup()
  const forget = () => {
    answered.clear()
    for (const [id, status] of before) answered.set(id, status)
  }
  return { backup, forget }
}
