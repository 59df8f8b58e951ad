import type { Act } from '../act.ts'
import type { ReadReply } from './schema.ts'
import { knownOf, markRead } from './store.ts'

/** Marks the actor's notifications as read, all or those named; ids that name none of the actor's own are skipped. */
export async function readNotifications(
  { tx, actor, now }: Act,
  named: readonly string[] | undefined,
): Promise<ReadReply> {
  if (!named) return { count: await markRead(tx, actor, undefined, now), skipped: [] }
  const ids = [...new Set(named.map((id) => id.toLowerCase()))]
  const [known, count] = await Promise.all([knownOf(tx, actor, ids), markRead(tx, actor, ids, now)])
  const skipped = ids.filter((id) => !known.has(id)).map((id) => ({ id, reason: 'not_found' as const }))
  return { count, skipped }
}
