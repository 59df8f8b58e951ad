import { sql } from 'drizzle-orm'
import { rowsOf } from '../db/database.ts'
import type { Tx } from '../db/database.ts'
import type { Role } from '../db/enums.ts'
import { asLanguage, defaultLanguage } from '../i18n/translate.ts'
import { permissionsOf } from './access.ts'
import type { AccessChoices } from './access.ts'
import type { Actor, ActorCompany } from './actor.ts'

/** A login session and its user. */
export interface SignedIn {
  readonly actor: Actor
  /** False once the session is revoked or the user deactivated. */
  readonly active: boolean
  readonly expiresAt: Date
}

/** Reads many sessions in one round trip. Unknown ids are missing from the result. */
export async function readSignedIn(tx: Tx, sessionIds: readonly string[]): Promise<Map<string, SignedIn>> {
  const wanted = sql`${sql.param([...sessionIds])}::uuid[]`
  const [people, companies] = await Promise.all([readPeople(tx, wanted), readCompanies(tx, wanted)])
  const companyOf = new Map(companies.map((row) => [row.id, asCompany(row)]))
  return new Map(
    people.map((row) => {
      const company = row.company_id === null ? null : (companyOf.get(row.company_id) ?? null)
      return [row.session_id, asSignedIn(row, company)]
    }),
  )
}

type PersonRow = {
  session_id: string
  user_id: string
  company_id: string | null
  label: string
  role: Role
  access: AccessChoices
  custom_access: AccessChoices | null
  language: string | null
  company_language: string | null
  token_version: number
  active: boolean
  expires_at_ms: string | number
  branch_ids: string[]
}

const readPeople = (tx: Tx, sessionIds: ReturnType<typeof sql>) =>
  rowsOf<PersonRow>(
    tx,
    sql`
      select s.id as session_id, u.id as user_id, u.company_id, u.role, u.access, r.access as custom_access,
        coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) as label, u.language, c.language as company_language,
        u.token_version, u.is_active and s.revoked_at is null as active,
        (extract(epoch from s.expires_at) * 1000)::bigint as expires_at_ms,
        (select coalesce(json_agg(b.branch_id order by b.is_primary desc, b.branch_id), '[]')
          from user_branches b where b.company_id = u.company_id and b.user_id = u.id) as branch_ids
      from sessions s join users u on u.id = s.user_id left join companies c on c.id = u.company_id
        left join custom_roles r on r.company_id = u.company_id and r.id = u.custom_role_id
      where s.id = any(${sessionIds})`,
  )

type CompanyRow = {
  id: string
  name: string
  timezone: string
  language: string | null
  branch_ids: string[]
  closed_branch_ids: string[]
}

/** Reads each company once. */
const readCompanies = (tx: Tx, sessionIds: ReturnType<typeof sql>) =>
  rowsOf<CompanyRow>(
    tx,
    sql`
      select c.id, c.name, c.timezone, c.language,
        (select coalesce(json_agg(b.id order by b.created_at, b.id), '[]')
          from branches b where b.company_id = c.id) as branch_ids,
        (select coalesce(json_agg(b.id), '[]')
          from branches b where b.company_id = c.id and not b.is_active) as closed_branch_ids
      from companies c
      where c.id in (select u.company_id from sessions s join users u on u.id = s.user_id where s.id = any(${sessionIds}))`,
  )

function asSignedIn(row: PersonRow, company: ActorCompany | null): SignedIn {
  return {
    active: row.active,
    expiresAt: new Date(Number(row.expires_at_ms)),
    actor: {
      userId: row.user_id,
      sessionId: row.session_id,
      tokenVersion: row.token_version,
      label: row.label,
      role: row.role,
      permissions: permissionsOf({ role: row.role, access: row.access, customAccess: row.custom_access }),
      language: asLanguage(row.language) ?? asLanguage(row.company_language),
      company,
      branchIds: row.branch_ids,
    },
  }
}

const asCompany = (row: CompanyRow): ActorCompany => ({
  id: row.id,
  name: row.name,
  timezone: row.timezone,
  language: asLanguage(row.language) ?? defaultLanguage,
  branchIds: row.branch_ids,
  closedBranchIds: row.closed_branch_ids,
})
