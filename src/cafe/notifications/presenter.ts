import type { notifications } from '../../db/schema/index.ts'
import type { Language } from '../../i18n/messages.ts'
import { translate } from '../../i18n/translate.ts'
import type { NotificationRead } from './schema.ts'

export type NotificationRow = typeof notifications.$inferSelect

/** Data of `notification`, which the sockets of its reader get; the language is the company's. */
export const notificationEvent = (row: NotificationRow, language: Language) => ({
  user_id: row.userId,
  ...toNotification(row, language),
  company_id: row.companyId,
  branch_id: row.branchId,
})

/**
 * A notification as its reader sees it. The text is made here and not when it was written: whoever changes their language
 * has all of them in it.
 */
export const toNotification = (row: NotificationRow, language: Language): NotificationRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  type: row.type,
  title: translate(language, `notification_title_${row.type}`),
  message: translate(language, `notification_${row.type}`, {
    menu_item: row.payload.menu_item,
    table: row.payload.table ?? '—',
  }),
  payload: row.payload,
  is_read: row.isRead,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
