import type { Act } from '../unit-of-work.ts'
import type { ReadReply } from './schema.ts'
import { countUnread, knownOf, markRead } from './repository.ts'

/**
 * Marks the actor's notifications as read, all or those named; ids that name none of the actor's own are skipped. Other
 * screens of the same person hear how many are left.
 */
export async function readNotifications(act: Act, named: readonly string[] | undefined): Promise<ReadReply> {
  const { tx, actor } = act
  if (!named) return { count: await read(act, undefined), skipped: [] }
  const ids = [...new Set(named.map((id) => id.toLowerCase()))]
  const [known, count] = await Promise.all([knownOf(tx, actor, ids), read(act, ids)])
  const skipped = ids.filter((id) => !known.has(id)).map((id) => ({ id, reason: 'not_found' as const }))
  return { count, skipped }
}

/** How many were unread until now. */
async function read({ tx, emit, actor, now }: Act, ids: readonly string[] | undefined): Promise<number> {
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
