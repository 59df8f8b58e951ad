/**
 * Every table of the service. Rows carry their company, keys and indexes begin with it, and references go through
 * (company, id), so that PostgreSQL itself refuses a row that points into another company. Whoever acts for a company
 * meets its rows alone (`ofCompany`): a table without that shows nothing to anybody, and a test fails.
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
