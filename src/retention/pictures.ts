import { startRetentionJob } from './job.ts'
import type { RetentionJob, RetentionDeps } from './job.ts'
import type { Database } from '../db/database.ts'
import type { PictureFolder } from '../cafe/pictures/storage/folder.ts'
import { createOrphanTrimmer } from './pictures-repository.ts'

interface Deps extends RetentionDeps {
  database: Database
  folder: PictureFolder
}

/** Longer than any change takes between writing its file and its commit, with a margin for clock differences. */
const youngestMs = 3_600_000

/** Removes files that no dish refers to: a rollback or a crash leaves them behind. */
export const startPictureRetention = ({ database, folder, ...deps }: Deps): RetentionJob =>
  startRetentionJob({
    ...deps,
    what: 'pictures without a dish',
    retentionMs: youngestMs,
    trim: createOrphanTrimmer(database, folder),
    trimmed: {
      name: 'cafe_pictures_trimmed_total',
      help: 'Picture files that this replica removed because no dish referred to them.',
    },
    failures: {
      name: 'cafe_pictures_clean_up_failures_total',
      help: 'Failed clean-ups of the picture folder; the next one continues.',
    },
  })
