import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiles src/ to dist/, and remembers of which sources, so that a start compiles only what has changed. */

const folder = join(import.meta.dirname, '..')
const stamp = join(folder, 'dist', '.sources')

/**
 * Compiles when dist/ is not what the sources give. Where there are no sources, in a package that was installed, dist/ is
 * taken as it is.
 * @param {() => void} beforeBuild called when there is something to compile
 * @returns {Promise<number>} exit code of the compiler; 0 when there was nothing to do
 */
export async function buildIfStale(beforeBuild = () => {}) {
  if (!existsSync(join(folder, 'src'))) return 0
  if (existsSync(join(folder, 'dist', 'main.js')) && read(stamp) === sources()) return 0
  beforeBuild()
  // types are for `npm run check` and `npm run build`: without them it takes a quarter of the time
  return build('--noCheck')
}

/**
 * @param {...string} options of tsc
 * @returns {Promise<number>} its exit code
 */
export async function build(...options) {
  const before = sources()
  const code = await run([compiler(), '-p', 'tsconfig.build.json', ...options])
  if (code === 0) writeFileSync(stamp, before)
  return code
}

/** A digest of all that decides what the compiler writes. */
function sources() {
  const hash = createHash('sha256')
  const names = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.ts')).sort()
  for (const name of ['tsconfig.json', 'tsconfig.build.json', ...files.map((file) => join('src', file))])
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0')
  return hash.digest('hex')
}

/** @param {string} path */
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

function compiler() {
  try {
    return join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc')
  } catch {
    throw new Error('TypeScript is not installed: run `npm ci` first, or start a package that is built')
  }
}

/**
 * Runs a Node program in the folder; a signal that ends this process ends it as well.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function run(args) {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 2, 2] })
  /** @type {NodeJS.SignalsListener} */
  const stop = (signal) => {
    child.kill(signal)
    process.exit(1)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  }).finally(() => process.off('SIGINT', stop).off('SIGTERM', stop))
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = process.argv.includes('--if-stale') ? await buildIfStale() : await build()
