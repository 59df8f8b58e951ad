import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import { StartupError } from '../config/startup-error.ts'

/** Another process uses the data folder. */
export class FolderInUseError extends StartupError {
  readonly folder: string
  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another cafe-realtime process: stop it first`)
    this.folder = folder
  }
}

/**
 * Locks the data folder for this process. It is a lock of the operating system, released whenever the process ends.
 * @returns releases the lock
 * @throws StartupError when the folder cannot be written or another process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  let file
  try {
    await mkdir(folder, { recursive: true })
    file = await open(join(folder, 'lock'), 'a')
  } catch (error) {
    throw new StartupError(`cannot write to the data folder ${folder}: ${(error as Error).message}`)
  }
  if (!tryLock(file.fd)) {
    await file.close()
    throw new FolderInUseError(folder)
  }
  return () => file.close()
}
