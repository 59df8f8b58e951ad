import { sql } from 'drizzle-orm'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { rowsOf } from '../../src/db/database.ts'
import { brokenUnique } from '../../src/db/pg-errors.ts'
import { companies } from '../../src/db/schema/index.ts'
import { freshDatabase, onBoth } from '../support/database.ts'

t.test('a transaction of a company', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })
    const id = uuidv7()

    t.test('knows its company from its first statement on, however eagerly that is sent', async (t) => {
      const current = sql`select current_setting('cafe.company_id') as id`
      const [row] = await database.inCompany(id, (tx) => rowsOf(tx, current).then((rows) => rows))
      t.equal(row?.id, id)
    })

    t.test('fails with the fault of its own first statement', async (t) => {
      const company = { id, name: 'Кафе', slug: 'cafe' }
      await database.inCompany(id, (tx) => tx.insert(companies).values(company))
      const another = { ...company, id: uuidv7() }
      const twice = database.inCompany(another.id, (tx) =>
        tx
          .insert(companies)
          .values(another)
          .catch((error: unknown) => {
            throw error
          }),
      )
      const fault = await twice.catch((error: unknown) => error)
      t.equal(brokenUnique(fault), 'companies_slug_unique')
    })
  }),
)
