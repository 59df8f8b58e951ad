import type { notifications } from '../../db/schema.ts'
import type { Language } from '../../language/messages.ts'
import { translate } from '../../language/translate.ts'
import type { NotificationRead } from './schema.ts'

export type NotificationRow = typeof notifications.$inferSelect

/**
 * A notification as its reader sees it. The text is made here and not when it was written: whoever changes their language
 * has all of them in it.
 */
export const notificationReadForm = (row: NotificationRow, language: Language): NotificationRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  type: row.type,
  message: translate(language, `notification_${row.type}`, {
    menu_item: row.payload.menu_item,
    table: row.payload.table ?? '—',
  }),
  payload: row.payload,
  is_read: row.isRead,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
