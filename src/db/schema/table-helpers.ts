import { getTableName, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { foreignKey, jsonb, pgPolicy, text } from 'drizzle-orm/pg-core'
import type { AnyPgColumn, PgColumn } from 'drizzle-orm/pg-core'
import { acrossCompanies, roleNames } from '../roles.ts'

export const oneOf = (column: AnyPgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`

/**
 * What a name is compared by, in searches and where it is unique: without case and accents, see the function `folded`. Cut
 * off where the entry of an index ends.
 */
export const foldedOf = (name: string) =>
  text('folded').generatedAlwaysAs(sql.raw(`left(folded("${name}"), 500)`))

/** Reference to (company, id) of another table: never across companies. */
export const within = (company: PgColumn, column: PgColumn, target: { companyId: PgColumn; id: PgColumn }) =>
  foreignKey({ columns: [company, column], foreignColumns: [target.companyId, target.id] })

/** The company that the transaction acts for (`roleSetting`); null without one, which no row is of. Asked once a statement. */
const ownCompany = sql`(select nullif(current_setting('cafe.company_id', true), '')::uuid)`

/** Row-level security of a table: a company meets the rows that are its own, the roles of `acrossCompanies` meet all. */
const rowsFor = (column: PgColumn, own: SQL) => [
  pgPolicy('own_company', { to: roleNames.company, using: own, withCheck: own }),
  pgPolicy('all_companies', {
    to: acrossCompanies(getTableName(column.table)),
    using: sql`true`,
    withCheck: sql`true`,
  }),
]

export const ofCompany = (company: PgColumn) => rowsFor(company, sql`${company} = ${ownCompany}`)

/** The same for what belongs to a person. */
export const ofPerson = (user: PgColumn) =>
  rowsFor(
    user,
    sql`exists (select 1 from users where users.id = ${user} and users.company_id = ${ownCompany})`,
  )

/** Access flags by name, those alone that somebody set. */
export const access = (name: string) =>
  jsonb(name).$type<Readonly<Record<string, boolean>>>().notNull().default({})
