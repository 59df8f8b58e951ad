import { chownSync, mkdirSync, realpathSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startChild } from '../support/services/child.ts'
import { postgresOwner, startPostgres } from '../support/services/postgresql.ts'
import type { Teardown } from '../support/teardown.ts'
import { freeze, thaw } from './processes.ts'

/** A PostgreSQL server to do harm to. */
export interface PostgresServer {
  readonly url: string
  /** Stops and starts it: in an orderly way, or so that it has to recover. */
  restart(how: 'orderly' | 'crash'): Promise<void>
  freeze(): void
  thaw(): void
  /** Takes a backup while it runs; the folder it is in. */
  backup(): Promise<string>
  /**
   * Puts a backup, which is used up, in the place of the data, as a restore does. With `newTimeline` it is promoted, as by a restore to a
   * point in time or a failover; without, it goes on under the old name.
   */
  replaceBy(backup: string, options: { newTimeline: boolean; whileDown: () => void }): Promise<void>
}

export async function openPostgresServer(t: Teardown, bin: string, folder: string): Promise<PostgresServer> {
  const onStop = (stop: () => Promise<void>) => t.teardown(stop)
  let server = await startPostgres(bin, folder, onStop)
  t.teardown(() => thaw(server.pid))
  const owner = postgresOwner()
  // of the same version as the server, which may be linked from elsewhere
  const baseBackup = join(dirname(realpathSync(join(bin, 'postgres'))), 'pg_basebackup')
  const start = async () => {
    server = await startPostgres(bin, folder, onStop, server)
  }
  return {
    url: server.url,
    async restart(how) {
      await server.stop(how === 'crash' ? 'SIGQUIT' : 'SIGINT')
      await start()
    },
    freeze: () => freeze(server.pid),
    thaw: () => thaw(server.pid),
    async backup() {
      const target = join(folder, `backup-${Math.random().toString(36).slice(2, 8)}`)
      mkdirSync(target, { mode: 0o700 })
      if (owner) chownSync(target, owner.uid, owner.gid)
      const where = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'postgres', '-D', target]
      const how = ['-X', 'stream', '-c', 'fast', '--no-sync']
      const child = startChild(baseBackup, [...where, ...how], { ...owner, cwd: target })
      const { code } = await child.exited
      if (code !== 0) throw new Error(`pg_basebackup failed:\n${child.output()}`)
      return target
    },
    async replaceBy(backup, { newTimeline, whileDown }) {
      await server.stop('SIGQUIT')
      await rm(server.data, { recursive: true, force: true })
      await rename(backup, server.data)
      if (newTimeline) {
        await writeFile(join(server.data, 'recovery.signal'), '')
        await writeFile(join(server.data, 'postgresql.auto.conf'), "restore_command = 'false'\n")
      }
      whileDown()
      await start()
    },
  }
}
