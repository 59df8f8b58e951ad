import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import { StartupError } from '../config/startup-error.ts'

/** Another process works with the data folder. */
export class FolderInUseError extends StartupError {
  readonly folder: string
  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another cafe-realtime process: stop it first`)
    this.folder = folder
  }
}

/**
 * Takes the data folder for this process. The lock is one of the operating system, so it goes with the process, however
 * that ends.
 * @returns gives it back
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
