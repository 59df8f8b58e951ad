import { randomUUID } from 'node:crypto'
import type { Authenticator, PeopleChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import { isUuid } from '../by-id.ts'

/**
 * Tells every replica that somebody was dismissed, moved, logged out or got a new password, so that what is remembered
 * of them ends there too, and their sockets. A notice that is lost is made good by the short memory of requests and by
 * the periodic look at sockets.
 */
export function sharePeopleNews({ bus, authenticator }: { bus: Bus; authenticator: Authenticator }): void {
  const replica = randomUUID()
  authenticator.onChange((change, origin) => {
    if (origin === 'here') bus.notify(Buffer.from(JSON.stringify({ by: replica, ...change })))
  })
  bus.onNotice((notice) => {
    const change = changeIn(notice, replica)
    if (change) authenticator.heard(change)
  })
}

/** What a notice tells; null for one's own, and for one of another version of the service. */
function changeIn(notice: Buffer, replica: string): PeopleChange | null {
  try {
    const { by, userId, companyId } = JSON.parse(notice.toString()) as Record<string, unknown>
    if (by === replica) return null
    if (isUuid(userId)) return { userId }
    return isUuid(companyId) ? { companyId } : null
  } catch {
    return null
  }
}
