import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { glob } from 'tinyglobby'
import { repository } from './repository.ts'

/** What one run has made and the next need not make again. It may be removed at any time. */
const cache = join(repository, 'node_modules', '.cache', 'cafe-tests')

export const cacheFile = (name: string): string => join(cache, name)

/**
 * Puts a file or a folder into the cache, whole or not at all. A cache that cannot be written, of another user for example, is
 * gone without.
 * @param write writes it at the path that it is given
 */
export async function keepInCache(name: string, write: (place: string) => Promise<void>): Promise<void> {
  const place = join(cache, `${randomBytes(4).toString('hex')}.part`)
  try {
    await mkdir(cache, { recursive: true })
    await write(place)
    await rename(place, cacheFile(name))
  } catch {
    await rm(place, { recursive: true, force: true })
  }
}

/** Removes all but the newest entries whose names begin so. */
export async function keepNewest(prefix: string, count: number): Promise<void> {
  const names = (await readdir(cache).catch(() => [])).filter((name) => name.startsWith(prefix))
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(cacheFile(name)).catch(() => null))?.mtimeMs ?? 0 })),
  )
  for (const { name } of dated.sort((a, b) => b.at - a.at).slice(count))
    await rm(cacheFile(name), { recursive: true, force: true }).catch(() => {})
}

/**
 * A digest of a source and all that it imports, of the migrations, of the versions of packages, and of the day, since there may be
 * dates in what they make.
 * @param source by its path in the repository
 */
export async function digestOf(source: string): Promise<string> {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 10))
  const migrations = await glob('drizzle/**', { cwd: repository })
  for (const path of [...(await importsOf(source)), ...migrations.sort(), 'package-lock.json'])
    hash.update(`${path}\0`).update(await readFile(join(repository, path)))
  return hash.digest('hex').slice(0, 16)
}

async function importsOf(source: string): Promise<string[]> {
  const found = new Set([source])
  for (const path of found) {
    const text = await readFile(join(repository, path), 'utf8')
    for (const [, name] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g))
      found.add(relative(repository, join(repository, dirname(path), name!)))
  }
  return [...found].sort()
}
