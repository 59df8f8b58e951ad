/**
 * As whom the service asks PostgreSQL. Every transaction takes one of these roles before its first statement
 * (`roleSetting`), so what it may see and do is decided by the database, whatever its statements say and whoever the login
 * is. None of them can log in, owns anything or bypasses row-level security.
 */
export const roleNames = {
  /** One company: rows of others are not there (`ofCompany` in schema.ts). */
  company: 'cafe_company',
  /** Who somebody is, before their company is known: login, tokens, tickets, one's own profile. */
  accounts: 'cafe_accounts',
  /** The followers: heads and gaps of many companies' streams. */
  log: 'cafe_log',
  /** Removes what is old, of all companies. */
  cleaner: 'cafe_cleaner',
  /** All rows of all companies: doctor, demo café, statements of migrations. No request and no socket ever. */
  upkeep: 'cafe_upkeep',
} as const

export type DatabaseRole = keyof typeof roleNames

/** Roles that see rows of every company, and only of the tables that stand here. */
export type NarrowRole = Exclude<DatabaseRole, 'company' | 'upkeep'>

/** A privilege on a table, or on some of its columns: `update (revoked_at)`. */
export type Right = 'select' | 'insert' | 'update' | 'delete' | `${'select' | 'update'} (${string})`

type Rights = Readonly<Record<string, readonly Right[]>>

export const everything: readonly Right[] = ['select', 'insert', 'update', 'delete']

/** Tables by name. A narrow role may do nothing with the others. */
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
  // locking what it removes takes the right to update some column
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
 * Where a company may do less than everything with its own rows. A right that goes from these tables is given to new
 * databases no more; from the others a REVOKE in a migration takes it, one release later (`grantRights`).
 */
export const companyRights: Rights = {
  // never deleted: staff is dismissed, a bill outlives its order
  companies: ['select', 'insert', 'update'],
  users: ['select', 'insert', 'update'],
  order_archive: ['select', 'insert', 'update'],
  streams: ['select', 'insert', 'update'],
  sessions: ['select', 'update (revoked_at)'],
  refresh_tokens: [],
  socket_tickets: [],
  // written once: what was sold and told is not rewritten
  events: ['select', 'insert'],
  // but for the branch: a company's first one takes them in
  payments: ['select', 'insert', 'update (branch_id)'],
  refunds: ['select', 'insert', 'update (branch_id)'],
  epoch: ['select'],
  audit_log: ['select', 'insert'],
}

/** The roles that meet rows of every company in a table. */
export const acrossCompanies = (table: string): string[] => [
  roleNames.upkeep,
  ...Object.entries(narrowRights).flatMap(([role, rights]) =>
    table in rights ? roleNames[role as NarrowRole] : [],
  ),
]
