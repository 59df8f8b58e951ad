import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The address where the service on a data folder takes commands: a socket of mode 0600 in a folder of mode 0700, so
 * that only the owner of the folder reaches it. Windows pipes are not in a folder; there the pipe has a random name,
 * stored in a file in the data folder.
 */
const folderOf = (dataDir: string) => join(dataDir, 'commands')
const isWindows = process.platform === 'win32'

/** Limit of the address of a socket: 104 bytes on macOS, 108 on Linux, with the final zero. */
const longestAddress = 103

/** @throws Error when the address is not possible */
export async function makeAddress(dataDir: string): Promise<string> {
  const folder = folderOf(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // the folder may exist already, for example as a copy with another mode
  await chmod(folder, 0o700)
  if (isWindows) {
    const address = `\\\\.\\pipe\\cafe-realtime-${randomUUID()}`
    await writeFile(join(folder, 'pipe'), address, { mode: 0o600 })
    return address
  }
  const address = join(folder, 'socket')
  if (Buffer.byteLength(address) > longestAddress)
    throw new Error(
      `${address} is longer than the ${longestAddress} bytes that the address of a socket may have`,
    )
  return address
}

/** Null when no service has used this folder. */
export async function findAddress(dataDir: string): Promise<string | null> {
  const folder = folderOf(dataDir)
  if (isWindows) return readFile(join(folder, 'pipe'), 'utf8').catch(() => null)
  const address = join(folder, 'socket')
  return Buffer.byteLength(address) > longestAddress ? null : address
}
