import { getTableName, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { foreignKey, jsonb, pgPolicy, text } from 'drizzle-orm/pg-core'
import type { AnyPgColumn, PgColumn } from 'drizzle-orm/pg-core'
import { acrossCompanies, roleNames } from '../roles.ts'

export const oneOf = (column: AnyPgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`

/**
 * The form of a name for searches and unique names: without case and accents, see the function `folded`. Truncated to the
 * maximum size of an index entry.
 */
export const foldedOf = (name: string) =>
  text('folded').generatedAlwaysAs(sql.raw(`left(folded("${name}"), 500)`))

/** Reference to (company, id) of another table: never across companies. */
export const within = (company: PgColumn, column: PgColumn, target: { companyId: PgColumn; id: PgColumn }) =>
  foreignKey({ columns: [company, column], foreignColumns: [target.companyId, target.id] })

/** The company of the transaction (`roleSetting`), evaluated once per statement; null without one, which matches no row. */
const ownCompany = sql`(select nullif(current_setting('cafe.company_id', true), '')::uuid)`

/** Row-level security of a table: a company sees its own rows, the roles of `acrossCompanies` see all. */
const rowsFor = (column: PgColumn, own: SQL) => [
  pgPolicy('own_company', { to: roleNames.company, using: own, withCheck: own }),
  pgPolicy('all_companies', {
    to: acrossCompanies(getTableName(column.table)),
    using: sql`true`,
    withCheck: sql`true`,
  }),
]

export const ofCompany = (company: PgColumn) => rowsFor(company, sql`${company} = ${ownCompany}`)

/** The same for rows that belong to a user. */
export const ofPerson = (user: PgColumn) =>
  rowsFor(
    user,
    sql`exists (select 1 from users where users.id = ${user} and users.company_id = ${ownCompany})`,
  )

/** Access flags by name; only those that were set. */
export const access = (name: string) =>
  jsonb(name).$type<Readonly<Record<string, boolean>>>().notNull().default({})
