import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '../../../http/params.ts'
import { StartupError } from '../../../config/startup-error.ts'
import { companyPart, isPictureName } from '../name.ts'

/**
 * A place for files of pictures, a folder or a bucket: `<company>/<name>`. Replicas may share it. Names are checked
 * here, so that no path leaves it. Files with other names are ignored.
 */
export interface PictureFolder {
  /** Resolves when the file is complete and durable under its name. */
  write(companyId: string, name: string, content: Buffer): Promise<void>
  /** Null when there is none. */
  read(companyId: string, name: string): Promise<Buffer | null>
  remove(companyId: string, file: string): Promise<void>
  /** The first company that has files, in the order of ids, after one (null: of all); null when there is none. */
  companyAfter(from: string | null): Promise<string | null>
  /** Pictures of a company, and leftovers of interrupted writes, written before an instant. */
  olderFiles(companyId: string, olderThan: Date): Promise<string[]>
}

/** @throws StartupError when the folder cannot be written */
export async function openPictureFolder(folder: string): Promise<PictureFolder> {
  const probe = join(folder, temporaryName('probe'))
  try {
    await mkdir(folder, { recursive: true })
    await writeDurably(probe, Buffer.from('x'))
  } catch (error) {
    throw new StartupError(
      `cannot write to the folder of pictures ${folder}, see MENU_IMAGES_DIR: ${(error as Error).message}`,
    )
  } finally {
    await rm(probe, { force: true }).catch(() => {})
  }

  const companyFolder = (companyId: string) => join(folder, companyPart(companyId))
  const pathOf = (companyId: string, file: string) => {
    if (!isPictureName(file) && !isTemporary(file)) throw new Error('no picture has such a name')
    return join(companyFolder(companyId), file)
  }

  return {
    async write(companyId, name, content) {
      const path = pathOf(companyId, name)
      const temporary = pathOf(companyId, temporaryName(name))
      await mkdir(companyFolder(companyId), { recursive: true })
      try {
        await writeDurably(temporary, content)
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw error
      }
      await syncFolder(companyFolder(companyId))
      await syncFolder(folder)
    },
    async read(companyId, name) {
      try {
        return await readFile(pathOf(companyId, name))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    async remove(companyId, file) {
      await rm(pathOf(companyId, file), { force: true })
    },
    async companyAfter(from) {
      const entries = await readdir(folder, { withFileTypes: true })
      const companies = entries
        .filter((entry) => entry.isDirectory() && isUuid(entry.name))
        .map(({ name }) => name)
        .sort()
      return companies.find((id) => from === null || id > from) ?? null
    },
    async olderFiles(companyId, olderThan) {
      const older: string[] = []
      for (const file of await readdir(companyFolder(companyId))) {
        if (!isPictureName(file) && !isTemporary(file)) continue
        const age = await stat(pathOf(companyId, file)).catch(ifMissing)
        if (age && age.mtime < olderThan) older.push(file)
      }
      return older
    },
  }
}

const temporaryForm = /^\.[0-9a-z.]+\.[0-9a-f]{16}\.tmp$/
const temporaryName = (name: string) => `.${name}.${randomBytes(8).toString('hex')}.tmp`
const isTemporary = (file: string) => temporaryForm.test(file)

async function writeDurably(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o640)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Syncs a folder: a rename is durable only when its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT'

function ifMissing(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}
