import type { notifications } from '../../db/schema/index.ts'
import type { Language } from '../../i18n/messages.ts'
import { translate } from '../../i18n/translate.ts'
import type { EventData } from '../events.ts'
import type { NotificationRead } from './schema.ts'

export type NotificationRow = typeof notifications.$inferSelect

/** Data of `notification`, sent to the sockets of its user, in the company's language. */
export const notificationEvent = (row: NotificationRow, language: Language): EventData['notification'] => ({
  user_id: row.userId,
  ...toNotification(row, language),
  company_id: row.companyId,
  branch_id: row.branchId,
})

/** A notification as its user reads it. The text is made on read, so that a change of language applies to all. */
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
