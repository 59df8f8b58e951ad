/**
 * Every table of the service. Rows have a company, keys and indexes begin with it, and references go through (company, id),
 * so PostgreSQL refuses a reference to another company. Transactions of a company see only its rows (`ofCompany`). A table
 * without this policy shows no rows, and a test fails.
 */

export * from './accounts.ts'
export * from './floor.ts'
export * from './menu.ts'
export * from './guests.ts'
export * from './orders.ts'
export * from './money.ts'
export * from './idempotency.ts'
export * from './events.ts'
export * from './audit.ts'
