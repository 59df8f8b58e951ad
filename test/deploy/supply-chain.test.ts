import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { repository } from '../support/repository.ts'

const read = (file: string): Promise<string> => readFile(repository + file, 'utf8')

interface Package {
  version: string
  integrity?: string
  license?: string
  dev?: boolean
  hasInstallScript?: boolean
  /** Of a package of this repository. */
  link?: boolean
}

/** What the lock file names, by path; without the project itself and its own packages. */
async function locked(): Promise<[string, Package][]> {
  const { packages } = JSON.parse(await read('package-lock.json')) as { packages: Record<string, Package> }
  return Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link)
}

t.test('every package is pinned by its digest; those that ship run nothing when installed', async (t) => {
  for (const [path, { integrity, dev, hasInstallScript }] of await locked()) {
    t.match(integrity, /^sha512-/, `${path}: digest`)
    if (!dev) t.notOk(hasInstallScript, `${path}: install script`)
  }
})

t.test('what ships has a licence that lets it', async (t) => {
  const free = /^\(?(MIT|ISC|BSD|Apache|BlueOak|MPL|0BSD|Unlicense|CC0|Python)/
  for (const [path, { license, dev }] of await locked()) if (!dev) t.match(license, free, path)
})

t.test('installs follow the lock file alone, and the image runs without rights', async (t) => {
  const image = await read('Dockerfile')
  const installs = [...image.matchAll(/npm (ci|install|i)\b[^\n]*/g)].map(([line]) => line)
  t.ok(installs.length >= 2)
  for (const line of installs) t.match(line, /^npm ci .*--ignore-scripts/)
  t.match(image.slice(image.lastIndexOf('FROM')), /\nUSER node\n/)
  t.match(await read('.ci/run'), /^npm ci /m)
  const compose = await read('docker-compose.yml')
  t.match(compose, /read_only: true/)
  t.match(compose, /cap_drop: \[ALL\]/)
})

t.test('npm run sbom: every package stands in it, and whether it ships', async (t) => {
  const run = promisify(execFile)
  const { stdout } = await run('npm', ['run', '--silent', 'sbom'], {
    cwd: repository,
    maxBuffer: 64 * 1024 * 1024,
  })
  const bom = JSON.parse(stdout) as {
    bomFormat: string
    components: { name: string; purl: string; properties?: { name: string; value: string }[] }[]
  }
  t.equal(bom.bomFormat, 'CycloneDX')
  const { dependencies } = JSON.parse(await read('package.json')) as { dependencies: Record<string, string> }
  const development = 'cdx:npm:package:development'
  const shipped = bom.components.filter(
    ({ properties = [] }) => !properties.some(({ name, value }) => name === development && value === 'true'),
  )
  const named = new Set(shipped.map(({ name }) => name))
  for (const name of Object.keys(dependencies)) t.ok(named.has(name), name)
  t.notOk(named.has('tap'), 'what does not is marked')
  t.ok(bom.components.some(({ name }) => name === 'tap'))
  for (const { purl } of bom.components) t.match(purl, /^pkg:npm\//)
})
