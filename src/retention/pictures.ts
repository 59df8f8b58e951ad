import { startRetentionJob } from './job.ts'
import type { RetentionJob, RetentionOptions } from './job.ts'
import type { Database } from '../db/database.ts'
import type { PictureFolder } from '../cafe/pictures/storage/folder.ts'
import { createOrphanTrimmer } from './pictures-repository.ts'

interface Parts extends RetentionOptions {
  database: Database
  folder: PictureFolder
}

/** Longer than any change takes from the writing of its file to its commit, and clocks may differ. */
const youngestMs = 3_600_000

/** Removes files that no dish refers to: what changes left that were rolled back, or cut off by a crash. */
export const startPictureRetention = ({ database, folder, ...parts }: Parts): RetentionJob =>
  startRetentionJob({
    ...parts,
    what: 'pictures without a dish',
    retentionMs: youngestMs,
    trim: createOrphanTrimmer(database, folder),
    trimmed: {
      name: 'cafe_pictures_trimmed_total',
      help: 'Files of pictures that this replica removed because no dish referred to them.',
    },
    failures: {
      name: 'cafe_pictures_clean_up_failures_total',
      help: 'Clean-ups of the folder of pictures that broke off; the next one goes on.',
    },
  })
