import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { StartupError } from '../../config/startup-error.ts'

const minLength = 32

/**
 * The secret that signs tokens: JWT_SECRET, or for the embedded database a generated one. It is stored in DATA_DIR,
 * readable only by its owner, so that tokens survive a restart.
 * @throws StartupError when the stored secret cannot be read, written or trusted
 */
export async function signingSecret({ jwtSecret, dataDir }: Config): Promise<string> {
  if (jwtSecret !== undefined) return jwtSecret
  const path = join(dataDir, 'jwt-secret')
  const secret = (await read(path)) ?? (await make(dataDir, path))
  if (secret.length < minLength) {
    throw new StartupError(`the secret in ${path} is damaged; remove the file and everyone signs in again`)
  }
  return secret
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`cannot read the secret in ${path}: ${(error as Error).message}`)
  }
}

/** Writes a temporary file and renames it, so that a crash leaves no partial secret. */
async function make(folder: string, path: string): Promise<string> {
  const secret = randomBytes(48).toString('base64url')
  try {
    await mkdir(folder, { recursive: true })
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(`${secret}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    return secret
  } catch (error) {
    throw new StartupError(`cannot keep a secret in ${path}: ${(error as Error).message}`)
  }
}
