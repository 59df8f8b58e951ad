import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const memory = '/dev/shm'
/** A whole run takes about one. */
const gibibytesNeeded = 4

/**
 * An empty folder for all that a run writes: in memory where there is plenty, since each of hundreds of databases is made of a
 * thousand small files, on which a disk spends more time than most tests do; else where temporary files go.
 */
export async function makeRunFolder(prefix: string): Promise<string> {
  if (await isRoomy()) {
    const folder = await mkdtemp(join(memory, prefix))
    if (await canExecute(folder)) return folder
    await rm(folder, { recursive: true })
  }
  return mkdtemp(join(tmpdir(), prefix))
}

async function isRoomy(): Promise<boolean> {
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }))
  return Math.min(bavail * bsize, freemem()) >= gibibytesNeeded * 2 ** 30
}

/** Containers forbid it there; the tests compile a program, and load libraries from a copy of the image. */
async function canExecute(folder: string): Promise<boolean> {
  const program = join(folder, 'program')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o700 })
  const ran = promisify(execFile)(program).then(
    () => true,
    () => false,
  )
  return ran.finally(() => rm(program))
}
