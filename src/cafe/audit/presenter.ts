import type { auditLog } from '../../db/schema/index.ts'
import type { AuditEntry } from './schema.ts'

export const entryOf = (entry: typeof auditLog.$inferSelect, label: string): AuditEntry => ({
  id: entry.id,
  at: entry.createdAt.toISOString(),
  user: entry.userId,
  user_label: label,
  action: entry.action,
  resource: entry.resource,
  resource_id: entry.resourceId,
  order: entry.orderId,
  branch: entry.branchId,
  before: fieldsOf(entry.before),
  after: fieldsOf(entry.after),
  request: entry.request,
  request_id: entry.requestId,
  device: entry.device,
  address: entry.address,
})

/** Columns in the wire format: money with two decimals, instants in UTC. */
function fieldsOf(row: Record<string, unknown> | null): Record<string, unknown> | null {
  if (row === null) return null
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(name, value)]))
}

function shown(name: string, value: unknown): unknown {
  if (typeof value === 'number' && /(^|_)(amount|price)$/.test(name)) return value.toFixed(2)
  if (typeof value === 'string' && /_(at|until)$/.test(name)) return new Date(value).toISOString()
  return value
}
