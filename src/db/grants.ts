import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { StartupError } from '../config/startup-error.ts'
import { rowsOf } from './database.ts'
import type { Tx } from './database.ts'
import { postgresError } from './pg-errors.ts'
import { companyRights, everything, narrowRights, roleNames } from './roles.ts'
import type { DatabaseRole, Right } from './roles.ts'
import * as schema from './schema/index.ts'

const roles = Object.values(roleNames)

/** Rights of every role on every table, by their names in PostgreSQL. */
export const allRights: ReadonlyMap<string, ReadonlyMap<string, readonly Right[]>> = new Map(
  Object.entries(roleNames).map(([role, name]) => [
    name,
    new Map(tables().map((table) => [getTableName(table), rightsOf(role as DatabaseRole, table)])),
  ]),
)

function tables(): PgTable[] {
  return Object.values<unknown>(schema).filter((one): one is PgTable => is(one, PgTable))
}

function rightsOf(role: DatabaseRole, table: PgTable): readonly Right[] {
  const name = getTableName(table)
  if (role === 'upkeep') return everything
  if (role !== 'company') return narrowRights[role][name] ?? []
  const ofCompany = 'companyId' in getTableColumns(table) || table === schema.companies
  return companyRights[name] ?? (ofCompany ? everything : [])
}

/**
 * Creates missing roles and grants them to a login. Roles are global to the server, so another database may create them
 * at the same time.
 * @throws StartupError with the statements for an administrator, when the login may not run them
 */
export async function prepareRoles(tx: Tx, login: string): Promise<void> {
  const known = await namesOf(tx, sql`select rolname as name from pg_roles`)
  const missing = roles.filter((role) => !known.has(role)).map(creation)
  await run(tx, missing)
  const closed = await closedRoles(tx, login)
  await run(
    tx,
    closed.map((role) => membership(role, login)),
  )
}

/** @throws StartupError when the login may not set the roles, because then every request would fail */
export async function requireRoles(tx: Tx, login: string): Promise<void> {
  const closed = await closedRoles(tx, login)
  if (closed.length > 0) throw forAdministrator(closed.map((role) => membership(role, login)))
}

function forAdministrator(statements: readonly string[]): StartupError {
  const lines = statements.map((statement) => `  ${statement};`).join('\n')
  return new StartupError(
    `the roles that separate companies are missing and this PostgreSQL login may not create them (docs/operations.md); an administrator must run\n${lines}`,
  )
}

/** Roles that a login may not set. */
async function closedRoles(tx: Tx, login: string): Promise<string[]> {
  const open = await namesOf(
    tx,
    // since PostgreSQL 16, membership does not always include the right to SET ROLE
    sql`select rolname as name from pg_roles where pg_has_role(${login}, oid,
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end)`,
  )
  return roles.filter((role) => !open.has(role))
}

/**
 * Grants the rights of `allRights`, and forces row-level security for the owner of the tables too. The login and the role
 * for dumps may read the migrations table.
 *
 * It only adds rights: replicas of the previous version are still running and need theirs.
 */
export async function grantRights(tx: Tx, login: string): Promise<void> {
  const unforced = await namesOf(
    tx,
    sql`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relrowsecurity and not relforcerowsecurity`,
  )
  for (const table of unforced)
    await tx.execute(sql`alter table ${sql.identifier(table)} force row level security`)
  const wanted = [
    ...allGrants(),
    ...migrationTableGrants(login),
    ...migrationTableGrants(roleNames.upkeep),
    dumpGrant,
  ]
  const held = sql.join(
    wanted.map((grant) => grant.held),
    sql`, `,
  )
  const [row] = await rowsOf<{ held: boolean[] }>(tx, sql`select to_json(array[${held}]) as held`)
  for (const [i, { statement }] of wanted.entries()) if (!row!.held[i]) await tx.execute(statement)
}

interface Grant {
  /** Whether it is granted already: a repeated GRANT makes PostgreSQL replan every prepared statement. */
  held: SQL
  statement: SQL
}

function* allGrants(): Generator<Grant> {
  for (const [role, tables] of allRights) {
    yield schemaGrant(role, 'public')
    for (const [table, rights] of tables) for (const right of rights) yield tableGrant(role, table, right)
  }
}

function* migrationTableGrants(login: string): Generator<Grant> {
  yield schemaGrant(login, 'drizzle')
  yield tableGrant(login, 'drizzle.__drizzle_migrations', 'select')
}

/** A dump made as `cafe_upkeep` includes the migrations table. */
const bookkeeping = 'drizzle.__drizzle_migrations_id_seq'
const dumpGrant: Grant = {
  held: sql`has_sequence_privilege(${roleNames.upkeep}, ${bookkeeping}, 'select')`,
  statement: sql`grant select on sequence ${sql.raw(bookkeeping)} to ${sql.identifier(roleNames.upkeep)}`,
}

const schemaGrant = (role: string, name: string): Grant => ({
  held: sql`has_schema_privilege(${role}, ${name}, 'usage')`,
  statement: sql`grant usage on schema ${sql.identifier(name)} to ${sql.identifier(role)}`,
})

function tableGrant(role: string, table: string, right: Right): Grant {
  const [, verb, columns] = /^(\w+)(?: \((.*)\))?$/.exec(right)!
  const asked = columns
    ? columns.split(', ').map((column) => sql`has_column_privilege(${role}, ${table}, ${column}, ${verb})`)
    : [sql`has_table_privilege(${role}, ${table}, ${verb})`]
  return {
    held: sql.join(asked, sql` and `),
    statement: sql`grant ${sql.raw(right)} on ${sql.raw(table)} to ${sql.identifier(role)}`,
  }
}

async function namesOf(tx: Tx, statement: SQL): Promise<Set<string>> {
  return new Set((await rowsOf<{ name: string }>(tx, statement)).map(({ name }) => name))
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const creation = (role: string): string => `create role ${quoted(role)} nologin`
const membership = (role: string, login: string): string => `grant ${quoted(role)} to ${quoted(login)}`

/** SQLSTATEs of a concurrent creation, and of missing rights. */
const doneMeanwhile = new Set(['42710', '23505', 'XX000'])
const forbidden = new Set(['42501', '0LP01'])

async function run(tx: Tx, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    try {
      await tx.execute(sql.raw(statement))
    } catch (error) {
      const code = postgresError(error)?.code ?? ''
      if (forbidden.has(code)) throw forAdministrator(statements)
      if (!doneMeanwhile.has(code)) throw error
    }
  }
}
