import type { UnitOfWork } from '../unit-of-work.ts'
import type { ReadReply } from './schema.ts'
import { countUnread, knownOf, markRead } from './repository.ts'

/**
 * Marks the actor's notifications as read, all or some; other ids are skipped. Emits the unread count to the user's
 * other screens.
 */
export async function readNotifications(
  uow: UnitOfWork,
  named: readonly string[] | undefined,
): Promise<ReadReply> {
  const { tx, actor } = uow
  if (!named) return { count: await read(uow, undefined), skipped: [] }
  const ids = [...new Set(named.map((id) => id.toLowerCase()))]
  const [known, count] = await Promise.all([knownOf(tx, actor, ids), read(uow, ids)])
  const skipped = ids.filter((id) => !known.has(id)).map((id) => ({ id, reason: 'not_found' as const }))
  return { count, skipped }
}

/** Returns how many were unread. */
async function read(
  { tx, emit, actor, now }: UnitOfWork,
  ids: readonly string[] | undefined,
): Promise<number> {
  const marked = await markRead(tx, actor, ids, now)
  const [first] = marked
  if (!first) return 0
  emit(first.branchId, 'unread_count', {
    user_id: actor.userId,
    count: await countUnread(tx, actor),
    company_id: actor.scope.companyId,
    branch_id: first.branchId,
  })
  return marked.length
}
