/**
 * The PostgreSQL roles of the service. Every transaction sets one of them in its first statement (`roleSetting`), so the
 * database decides what it may read and write, whatever its statements are and whichever login is used. None of the roles
 * can log in, owns anything or bypasses row-level security.
 */
export const roleNames = {
  /** One company; rows of others are invisible (`ofCompany` in `schema/table-helpers.ts`). */
  company: 'cafe_company',
  /** Before the company is known: login, tokens, tickets, one's own profile. */
  accounts: 'cafe_accounts',
  /** Followers: heads and missing events of the streams of many companies. */
  log: 'cafe_log',
  /** Retention jobs, for all companies. */
  cleaner: 'cafe_cleaner',
  /** All rows of all companies: doctor, demo café, migrations. Never used by a request or socket. */
  upkeep: 'cafe_upkeep',
} as const

export type DatabaseRole = keyof typeof roleNames

/** Roles that see rows of every company, but only in the tables listed for them. */
export type NarrowRole = Exclude<DatabaseRole, 'company' | 'upkeep'>

/** A privilege on a table, or on some of its columns: `update (revoked_at)`. */
export type Right = 'select' | 'insert' | 'update' | 'delete' | `${'select' | 'update'} (${string})`

type Rights = Readonly<Record<string, readonly Right[]>>

export const everything: readonly Right[] = ['select', 'insert', 'update', 'delete']

/** Rights by table name. A narrow role has none on other tables. */
export const narrowRights: Readonly<Record<NarrowRole, Rights>> = {
  accounts: {
    companies: ['select'],
    branches: ['select (id, company_id, created_at, is_active)'],
    users: [
      'select',
      'update (password_hash, first_name, last_name, phone_number, avatar, language, updated_at)',
    ],
    user_branches: ['select'],
    custom_roles: ['select'],
    sessions: everything,
    refresh_tokens: everything,
    socket_tickets: everything,
    audit_log: ['insert'],
  },
  log: {
    branches: ['select (id, company_id)'],
    streams: ['select'],
    events: ['select'],
    epoch: ['select'],
  },
  // row locks need the right to update some column
  cleaner: {
    companies: ['select (id)'],
    streams: ['select'],
    events: ['select', 'delete'],
    idempotency_keys: ['select', 'update (created_at)', 'delete'],
    notifications: ['select', 'update (created_at)', 'delete'],
    audit_log: ['select', 'update (created_at)', 'delete'],
  },
}

/**
 * Tables in which a company has limited rights on its own rows. A right that is removed here is no longer granted in new
 * databases; in existing ones a REVOKE in a migration removes it, one release later (`grantRights`).
 */
export const companyRights: Rights = {
  // never deleted: staff are dismissed, a bill is kept when its order is deleted
  companies: ['select', 'insert', 'update'],
  users: ['select', 'insert', 'update'],
  order_archive: ['select', 'insert', 'update'],
  streams: ['select', 'insert', 'update'],
  sessions: ['select', 'update (revoked_at)'],
  refresh_tokens: [],
  socket_tickets: [],
  // append-only
  events: ['select', 'insert'],
  // append-only, except that a company's first branch takes them over
  payments: ['select', 'insert', 'update (branch_id)'],
  refunds: ['select', 'insert', 'update (branch_id)'],
  epoch: ['select'],
  audit_log: ['select', 'insert'],
}

/** The roles that see rows of every company in a table. */
export const acrossCompanies = (table: string): string[] => [
  roleNames.upkeep,
  ...Object.entries(narrowRights).flatMap(([role, rights]) =>
    table in rights ? roleNames[role as NarrowRole] : [],
  ),
]
