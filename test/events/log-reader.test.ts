import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import { branches, companies } from '../../src/db/schema/index.ts'
import { appendEvents } from '../../src/events/log.ts'
import { createLogReader } from '../../src/events/log-reader.ts'
import { freshDatabase, onBoth } from '../support/database.ts'

async function company(database: Database, branchCount: number) {
  return database.acrossCompanies(async (tx) => {
    const id = uuidv7()
    await tx.insert(companies).values({ id, name: id, slug: id })
    const rows = Array.from({ length: branchCount }, (_, i) => ({
      id: uuidv7(),
      companyId: id,
      name: `${i}`,
    }))
    if (rows.length > 0) await tx.insert(branches).values(rows)
    return { id, branches: rows.map((row) => row.id) }
  })
}

const append = (database: Database, companyId: string, streamId: string, texts: readonly string[]) =>
  database.inCompany(companyId, (tx) =>
    appendEvents(
      tx,
      companyId,
      texts.map((text) => ({
        id: uuidv7(),
        streamId,
        type: 'order_created',
        data: JSON.stringify({ text }),
      })),
      new Date('2024-05-01T10:20:30.456Z'),
    ),
  )

t.test('reading the log', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })
    const reader = createLogReader(database, 5000)
    const one = await company(database, 2)
    const other = await company(database, 1)
    const [first, second] = [one.branches[0]!, one.branches[1]!]

    t.test('heads: only those that differ, and the epoch in any case', async (t) => {
      await append(database, one.id, first, ['a', 'b', 'c'])
      const ask = (known: number, streamId: string) => ({ companyId: one.id, streamId, known })
      const { epoch, changed } = await reader.heads([ask(2, first), ask(0, second), ask(-1, second)], [])
      t.strictSame(changed, [
        { index: 0, head: 3 },
        { index: 2, head: 0 },
      ])
      t.match(epoch, /^[\w-]{2,64}$/)
      t.strictSame(await reader.heads([ask(3, first)], []), { epoch, changed: [], unknown: [] })
      t.strictSame((await reader.heads([], [])).epoch, epoch)
    })

    t.test('streams of companies that are not known yet, also those nobody wrote to', async (t) => {
      const known = [{ companyId: one.id, streamId: first, known: 3 }]
      const { unknown } = await reader.heads(known, [one.id, other.id])
      t.strictSame(new Set(unknown.map((stream) => stream.streamId)), new Set([second, other.branches[0]]))
    })

    t.test('pages of many streams at once, each with its own start and size', async (t) => {
      await append(database, other.id, other.branches[0]!, ['x', 'y'])
      const pages = await reader.pages([
        { companyId: one.id, streamId: first, after: 0, limit: 2 },
        { companyId: one.id, streamId: second, after: 0, limit: 2 },
        { companyId: other.id, streamId: other.branches[0]!, after: 1, limit: 10 },
        { companyId: other.id, streamId: first, after: 0, limit: 10 },
      ])
      const texts = pages.map((page) => page.map(({ seq, data }) => [seq, JSON.parse(data)] as const))
      t.strictSame(texts, [
        [
          [1, { text: 'a' }],
          [2, { text: 'b' }],
        ],
        [],
        [[2, { text: 'y' }]],
        [],
      ])
      t.strictSame(pages[0]![0]!.at, new Date('2024-05-01T10:20:30.456Z'))
      t.match(pages[0]![0]!, { type: 'order_created', groups: 5, id: /^[0-9a-f-]{36}$/ })
    })

    t.test('another epoch is seen', async (t) => {
      const { epoch } = await reader.heads([], [])
      await database.acrossCompanies((tx) => tx.execute(sql`update epoch set epoch = 'restored'`))
      t.not((await reader.heads([], [])).epoch, epoch)
    })
  }),
)
