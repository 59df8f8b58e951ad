import t from 'tap'
import { databaseBefore } from './old-rows.ts'

t.test('old names that have become one are numbered, and none is lost', async (t) => {
  const { sql, migrate } = await databaseBefore(t, 'folded_names')
  const [company, other] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002']
  await sql`insert into companies (id, name, slug) values (${company}, 'Кафе', 'a'), (${other}, 'Кафе', 'b')`
  let ids = 0
  const insert = async (of: string, title: string) => {
    const id = `0190a000-0000-7000-8000-00000000010${ids++}`
    await sql`insert into categories (id, company_id, title, created_at)
      values (${id}, ${of}, ${title}, ${new Date(ids * 1000)})`
  }
  const long = 'Щ'.repeat(100)
  const ofCompany = ['Чай', 'ЧАЙ', 'чай (2)', 'Чай '.normalize('NFD'), long, `${long.slice(1)}щ`]
  for (const title of ofCompany) await insert(company, title)
  await insert(other, 'чай')
  await migrate()
  const rows = await sql`select title from categories order by id`
  t.strictSame(
    rows.map(({ title }) => title as string),
    ['Чай', 'ЧАЙ (3)', 'чай (2)', `${'Чай '.normalize('NFD')} (4)`, long, `${'Щ'.repeat(92)} (2)`, 'чай'],
  )
  const kept =
    await sql`select before, after from audit_log where resource = 'category' and action = 'update' order by resource_id`
  t.strictSame(
    kept[0],
    { before: { title: 'ЧАЙ' }, after: { title: 'ЧАЙ (3)' } },
    'the audit log tells of it',
  )
  await t.rejects(insert(company, 'чАй'), /categories_title_key/)
})
