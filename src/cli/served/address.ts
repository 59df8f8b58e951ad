import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Where the service that runs on a data folder takes commands: a socket that nobody but the owner of the folder reaches,
 * because it is in a folder of mode 0700 and itself of mode 0600. On Windows, whose pipes have no place in a folder, the
 * name of the pipe is a random one, in a file there.
 */
const folderOf = (dataDir: string) => join(dataDir, 'commands')
const isWindows = process.platform === 'win32'

/** What the address of a socket holds: 104 bytes on macOS, 108 on Linux, with the zero behind it. */
const longestAddress = 103

/** @throws Error when there can be none */
export async function makeAddress(dataDir: string): Promise<string> {
  const folder = folderOf(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // the folder may be there already, from whoever copied it
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

/** Null when no service has been there. */
export async function findAddress(dataDir: string): Promise<string | null> {
  const folder = folderOf(dataDir)
  if (isWindows) return readFile(join(folder, 'pipe'), 'utf8').catch(() => null)
  const address = join(folder, 'socket')
  return Buffer.byteLength(address) > longestAddress ? null : address
}
