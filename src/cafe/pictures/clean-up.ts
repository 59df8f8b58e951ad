import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { startCleanUp } from '../../clean-up.ts'
import type { CleanUp } from '../../clean-up.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/database.ts'
import type { PictureFolder } from './folder.ts'
import { createOrphanTrimmer } from './orphans-store.ts'

interface Parts {
  database: Database
  folder: PictureFolder
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** Longer than any change takes from the writing of its file to its commit, and clocks may differ. */
const youngestMs = 3_600_000

/** Removes files that no dish refers to: what changes left that were rolled back, or cut off by a crash. */
export const startPictureCleanUp = ({ database, folder, registry, ...parts }: Parts): CleanUp =>
  startCleanUp({
    ...parts,
    what: 'pictures without a dish',
    retentionMs: youngestMs,
    trim: createOrphanTrimmer(database, folder),
    trimmed: new Counter({
      name: 'cafe_pictures_trimmed_total',
      help: 'Files of pictures that this replica removed because no dish referred to them.',
      registers: [registry],
    }),
    failures: new Counter({
      name: 'cafe_pictures_clean_up_failures_total',
      help: 'Clean-ups of the folder of pictures that broke off; the next one goes on.',
      registers: [registry],
    }),
  })
