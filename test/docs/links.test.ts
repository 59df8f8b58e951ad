import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import t from 'tap'
import { settings } from '../../src/config/settings.ts'
import { files, ownPages, page, pages, prose } from './pages.ts'
import { repository } from '../support/repository.ts'

/** What the pages point at is there. */

const known = await files()
const folders = new Set(known.flatMap(foldersOf))
const exists = (path: string) => known.includes(path) || folders.has(path.replace(/\/$/, ''))

t.test('links between pages lead somewhere, to their headings too', async (t) => {
  for (const { path, text } of await pages()) {
    const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    for (const target of targets.filter((link) => !/^[a-z]+:/.test(link))) {
      const [file = '', heading] = target.split('#')
      const full = file === '' ? path : posix.join(posix.dirname(path), file)
      t.ok(exists(full), `${path}: ${target}`)
      if (heading) t.ok(headingsOf((await page(full)).text).includes(heading), `${path}: ${target}`)
    }
  }
})

t.test('commands that pages show are scripts of package.json', async (t) => {
  const { scripts } = JSON.parse(await readFile(`${repository}package.json`, 'utf8')) as { scripts: object }
  for (const { path, text } of await pages()) {
    for (const [command, name] of text.matchAll(/npm run ([\w:-]+)/g))
      t.hasOwnProp(scripts, name!, `${path}: ${command}`)
  }
})

t.test('files that pages name are there', async (t) => {
  for (const { path, text } of await ownPages()) {
    const named = text.matchAll(/(?<![\w./-])((?:src|test|docs|k8s|nginx|postman|drizzle)\/[\w./*-]*\w\*?)/g)
    for (const [name] of named) {
      // made by the recipe of docs/contributing.md: test/contributing/
      if (name.includes('reservations')) continue
      const found = name.includes('*') ? known.some((file) => fits(name, file)) : exists(name)
      t.ok(found, `${path}: ${name}`)
    }
  }
})

t.test('names of the code that ARCHITECTURE.md uses are names of the code', async (t) => {
  const { text } = await page('ARCHITECTURE.md')
  const sources = await Promise.all(
    known.filter((file) => /^src\/.*\.ts$/.test(file)).map((file) => readFile(repository + file, 'utf8')),
  )
  const code = sources.join('\n')
  for (const [, name = ''] of text.matchAll(/`([a-zA-Z]\w*[A-Z]\w*|[A-Z]\w+)`/g))
    t.ok(new RegExp(`\\b${name}\\b`).test(code), name)
})

t.test('settings that pages name are settings', async (t) => {
  const others = [
    'POSTGRES_PASSWORD',
    'PUBLISH',
    'PATH',
    'IMAGE',
    'POST',
    'PATCH',
    'DELETE',
    'LC_ALL',
    'LC_MESSAGES',
    'LANG',
  ]
  for (const { path, text } of await ownPages()) {
    for (const [, name = ''] of prose(text).matchAll(/`([A-Z][A-Z_]{3,})(?:=[^`]*)?`/g)) {
      if (!others.includes(name)) t.hasOwnProp(settings.properties, name, `${path}: ${name}`)
    }
  }
})

/** Headings as GitHub makes anchors of them. */
const headingsOf = (text: string): string[] =>
  [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const fits = (pattern: string, file: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*')}`).test(file)

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}
