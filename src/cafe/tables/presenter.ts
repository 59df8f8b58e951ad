import type { tables } from '../../db/schema/index.ts'
import type { Language } from '../../i18n/messages.ts'
import { defaultLanguage, translate } from '../../i18n/translate.ts'
import type { EventData } from '../events.ts'
import type { TableRead } from './schema.ts'

export type TableRow = typeof tables.$inferSelect

/** A table as clients read it. Inside events the language is the company's. */
export const toTable = (row: TableRow, language: Language = defaultLanguage): TableRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  zone: row.zoneId,
  number: row.number,
  places: row.places,
  status: row.status,
  status_display: translate(language, `table_${row.status}`),
  x: row.x,
  y: row.y,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})

/** Data of `table_status_changed`; `table` is the row as it is after the change, the language the company's. */
export function tableStatusChanged(table: TableRow, language: Language): EventData['table_status_changed'] {
  const form = toTable(table, language)
  return {
    table: form,
    table_id: form.id,
    table_number: form.number,
    status: form.status,
    status_display: form.status_display,
    company_id: form.company,
    branch_id: form.branch,
  }
}

/** Data of `table_created`, `table_updated` and `table_deleted`. */
export const tableChanged = (table: TableRow, language: Language): EventData['table_updated'] => ({
  table: toTable(table, language),
  company_id: table.companyId,
  branch_id: table.branchId,
})
