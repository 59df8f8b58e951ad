import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { repository } from '../support/repository.ts'

/**
 * Two versions work on one schema while replicas are replaced, and the older one may come back. So a migration may add,
 * and not take away or demand anything that the version before does not know of.
 */

/** What breaks the version before, in SQL without comments. */
const contracting: readonly [what: string, pattern: RegExp][] = [
  ['a table is dropped', /\bdrop\s+table\b/i],
  ['a column is dropped', /\bdrop\s+column\b/i],
  ['something is renamed', /\brename\b/i],
  ['a column gets another type', /\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b/i],
  ['a column may no longer be empty', /\bset\s+not\s+null\b/i],
  ['a default is gone', /\bdrop\s+default\b/i],
  [
    'a new column must be filled',
    /\badd\s+column\s+(?:(?!default|,|;)[^])*?\bnot\s+null(?:(?!default|;)[^])*?(;|$)/i,
  ],
]

const faultsIn = (sql: string): string[] =>
  sql
    .replaceAll(/--.*$/gm, '')
    // `numeric(12, 2)`
    .replaceAll(/\([\d\s,]*\)/g, '')
    .split(';')
    .flatMap((statement) =>
      contracting
        .filter(([, pattern]) => pattern.test(`${statement};`))
        .map(([what]) => `${what}: ${statement.trim()}`),
    )

t.test('every migration only adds, so that the version before goes on working', async (t) => {
  const folder = `${repository}drizzle/`
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql'))
  t.ok(names.length > 0)
  for (const name of names) t.same(faultsIn(await readFile(folder + name, 'utf8')), [], name)
})

t.test('what would break the version before is found', async (t) => {
  const broken = [
    'DROP TABLE "orders";',
    'ALTER TABLE "orders" DROP COLUMN "note";',
    'ALTER TABLE "orders" RENAME COLUMN "note" TO "remark";',
    'ALTER TABLE "orders" ALTER COLUMN "note" SET DATA TYPE integer;',
    'ALTER TABLE "orders" ALTER COLUMN "note" SET NOT NULL;',
    'ALTER TABLE "orders" ADD COLUMN "tip" numeric(12, 2) NOT NULL;',
  ]
  for (const sql of broken) t.equal(faultsIn(sql).length, 1, sql)
  const fine = [
    'CREATE TABLE "tips" ("id" uuid NOT NULL);',
    'ALTER TABLE "orders" ADD COLUMN "tip" numeric(12, 2);',
    `ALTER TABLE "orders" ADD COLUMN "tip" text DEFAULT '' NOT NULL;`,
    'ALTER TABLE "orders" ADD CONSTRAINT "c" CHECK ("note" is not null);',
  ]
  for (const sql of fine) t.same(faultsIn(sql), [], sql)
})
