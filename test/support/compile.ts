import { createHash } from 'node:crypto'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { transform, version } from '@swc/core'
import type { Options } from '@swc/core'
import { glob } from 'tinyglobby'
import { cacheFile, keepInCache } from './cache.ts'
import { repository } from './repository.ts'

/** Compiled files by their paths, each with the digest of what it was made of. */
type Compiled = Record<string, { digest: string; code: string }>

const memory = 'compiled.json'

const jsc = {
  target: 'es2023',
  parser: { syntax: 'typescript' },
  transform: { verbatimModuleSyntax: true },
  // not in its types yet
  rewriteRelativeImportExtensions: true,
} as const

const options: Options = {
  swcrc: false,
  configFile: false,
  sourceMaps: 'inline',
  inlineSourcesContent: false,
  module: { type: 'es6' },
  jsc,
}

/**
 * Compiles `src`, `test`, `bench` and the packages, each file when it has changed since the last run: a test file is then up in a second,
 * which run from its source took four. Types are not looked at, and a test may run while another is half-written.
 * @returns the folder, laid out as the repository
 */
export async function compileTests(folder: string): Promise<string> {
  const target = join(folder, 'compiled')
  const known = await readKnown()
  const files = await glob(['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'packages/*/src/**/*.ts'], {
    cwd: repository,
    ignore: ['**/node_modules/**', '**/*.d.ts'],
  })
  await Promise.all(
    [...new Set(files.map(dirname))].map((name) => mkdir(join(target, name), { recursive: true })),
  )
  const compiled = await Promise.all(
    files.map(async (path) => [path, await compile(path, known[path])] as const),
  )
  await Promise.all(
    compiled.map(([path, { code }]) => writeFile(join(target, path.replace(/ts$/, 'js')), code)),
  )
  if (compiled.some(([path, made]) => made !== known[path]))
    await keepInCache(memory, (place) => writeFile(place, JSON.stringify(Object.fromEntries(compiled))))
  await linkInto(target)
  return target
}

async function readKnown(): Promise<Compiled> {
  const text = await readFile(cacheFile(memory), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Compiled
}

async function compile(path: string, known: Compiled[string] | undefined): Promise<Compiled[string]> {
  const filename = join(repository, path)
  const source = await readFile(filename, 'utf8')
  const digest = createHash('sha256')
    .update(JSON.stringify([version, filename, options]))
    .update(source)
    .digest('hex')
  if (known?.digest === digest) return known
  try {
    return {
      digest,
      code: (await transform(source, { ...options, filename, sourceFileName: filename })).code,
    }
  } catch (error) {
    console.error(`${path} has faults:\n${(error as Error).message}`)
    return { digest: '', code: `throw new Error(${JSON.stringify(`${path} could not be compiled`)})\n` }
  }
}

/** Links what the code reads beside itself. */
export async function linkInto(folder: string): Promise<void> {
  for (const name of ['package.json', 'node_modules', 'drizzle', 'web'])
    await symlink(join(repository, name), join(folder, name))
}
