import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run new:resource -- <plural> <singular>`: makes a resource of the café by copying `src/cafe/zones/`, with its table,
 * its routes, its place in the API document and its tests. What to do with it then: docs/contributing.md.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const [plural = '', singular = ''] = process.argv.slice(2)
if (![plural, singular].every((name) => /^[a-z]+$/.test(name)) || plural === singular) {
  console.error('usage: npm run new:resource -- <plural> <singular>, such as: reservations reservation')
  process.exit(2)
}

const capital = (/** @type {string} */ name) => name[0].toUpperCase() + name.slice(1)
const renamed = (/** @type {string} */ text) =>
  text
    .replaceAll('zones', plural)
    .replaceAll('Zones', capital(plural))
    .replaceAll('zone', singular)
    .replaceAll('Zone', capital(singular))

/** Changes a file; a place that is not found any more ends the run. */
async function edit(
  /** @type {string} */ path,
  /** @type {[RegExp, (found: string) => string][]} */ changes,
) {
  let text = await readFile(join(root, path), 'utf8')
  for (const [place, change] of changes) {
    if (!place.test(text)) throw new Error(`${path}: ${String(place)} is not there`)
    text = text.replace(place, change)
  }
  await writeFile(join(root, path), text)
}
const andRenamed = (/** @type {string} */ found) => found + renamed(found)

const folder = `src/cafe/${plural}`
await cp(join(root, 'src/cafe/zones'), join(root, folder), {
  recursive: true,
  errorOnExist: true,
  force: false,
})
for (const name of await readdir(join(root, folder))) await edit(`${folder}/${name}`, [[/^[^]*$/, renamed]])
await edit(`${folder}/repository.ts`, [
  [/ {2}async refuseRemoval[^]*?\n {2}\},\n/, () => ''],
  // events are added by hand: docs/contributing.md
  [/ {2}noun: .*\n/, () => ''],
  [/import \{ and, eq \} from 'drizzle-orm'\n/, () => ''],
  [/import \{ refuseInUse \}.*\n/, () => ''],
  [/import \{ tables, (.*) \} from/, (found) => found.replace('tables, ', '')],
])

const floor = await readFile(join(root, 'src/db/schema/floor.ts'), 'utf8')
const [table] = /export const zones = pgTable\([^]*?\n\)\n/.exec(floor)
await writeFile(
  join(root, `src/db/schema/${plural}.ts`),
  renamed(`import { pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, updatedAt } from '../columns.ts'
import { branches, companies } from './accounts.ts'
import { foldedOf, ofCompany, within } from './table-helpers.ts'

${table}`),
)
await edit('src/db/schema/index.ts', [[/$/, () => `export * from './${plural}.ts'\n`]])
await edit('src/cafe/routes.ts', [
  [/import \{ zonesRoutes \} .*\n/, andRenamed],
  [/ {4}await app\.register\(zonesRoutes.*\n/, andRenamed],
])
await edit('src/openapi/components.ts', [
  [/import \* as zones .*\n/, andRenamed],
  [/ {2}zones,\n/, andRenamed],
])

await edit('test/isolation/house.ts', [
  [/ {2}\| 'zone'\n/, andRenamed],
  [/ {2}'zone',\n/, andRenamed],
  [/ {4}zone: async .*\n/, andRenamed],
])
await edit('test/isolation/cafe-rows.ts', [
  [/ {2}\.\.\.resource\(\n {4}'zones',[^]*?\n {2}\),\n/, andRenamed],
])
await edit('test/db/row-security.test.ts', [[/'zone', /, andRenamed]])
await edit('test/idempotency/routes.test.ts', [[/ {4}'\/api\/cafe\/zones\/': .*\n/, andRenamed]])
await mkdir(join(root, `test/cafe/${plural}`))
await writeFile(
  join(root, `test/cafe/${plural}/${plural}.test.ts`),
  renamed(`import t from 'tap'
import type { ZoneRead } from '../../../src/cafe/zones/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf } from '../people.ts'

const path = '/api/cafe/zones/'

t.test('zones', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [admin, waiter] = [cafe.as('admin'), cafe.as('waiter1')]
    const { south } = await branchesOf(admin)

    await t.test('an admin makes, renames and removes one', async (t) => {
      const made = await admin.post<ZoneRead>(path, { title: 'Первый', branch: south })
      t.match(made, { status: 201, body: { title: 'Первый', branch: south } })
      const one = \`\${path}\${made.body.id}/\`
      t.match(await admin.patch(one, { title: 'Второй' }), { status: 200, body: { title: 'Второй' } })
      t.equal((await admin.delete(one)).status, 204)
      t.equal((await admin.get(one)).status, 404)
    })

    await t.test('titles are unique in a branch', async (t) => {
      await admin.post(path, { title: 'Третий', branch: south })
      const again = await admin.post(path, { title: ' третий', branch: south })
      t.match(again, { status: 400, body: { title: [String] } })
    })

    await t.test('a waiter reads them and changes none', async (t) => {
      t.equal((await waiter.get(path)).status, 200)
      t.equal((await waiter.post(path, { title: 'Мой' })).status, 403)
    })
  }),
)
`),
)
console.log(`Made ${folder}/, src/db/schema/${plural}.ts and test/cafe/${plural}/${plural}.test.ts. Next:

  npm run db:generate -- --name ${plural}
  npm run check && npm test -- test/cafe/${plural}/${plural}.test.ts
`)
