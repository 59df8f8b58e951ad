import { randomUUID } from 'node:crypto'
import type { Authenticator, PeopleChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Count, LoginThrottle } from '../accounts/login/throttle.ts'
import { isUuid } from '../http/params.ts'

/**
 * Tells every replica that somebody was dismissed, moved, logged out or got a new password, so that what is remembered
 * of them ends there too, and their sockets. A notice that is lost is made good by the short memory of requests and by
 * the periodic look at sockets. Failed logins are told likewise, so that guesses spread over replicas are counted
 * together.
 */
export function sharePeopleNews({ bus, authenticator, loginThrottle }: Parts): void {
  const replica = randomUUID()
  const tell = (news: object) => bus.notify(Buffer.from(JSON.stringify({ by: replica, ...news })))
  authenticator.onChange((change, origin) => {
    if (origin === 'here') tell(change)
  })
  loginThrottle.onCount((count) => tell({ guess: count }))
  bus.onNotice((notice) => {
    const news = newsIn(notice)
    if (!news || news.by === replica) return
    const change = changeIn(news)
    if (change) authenticator.heard(change)
    const count = countIn(news)
    if (count) loginThrottle.heard(count)
  })
}

interface Parts {
  bus: Bus
  authenticator: Authenticator
  loginThrottle: LoginThrottle
}

type News = Record<string, unknown>

function newsIn(notice: Buffer): News | null {
  try {
    return JSON.parse(notice.toString()) as News | null
  } catch {
    return null
  }
}

/** Null for other news, and for that of another version of the service. */
function changeIn({ userId, companyId }: News): PeopleChange | null {
  if (isUuid(userId)) return { userId }
  return isUuid(companyId) ? { companyId } : null
}

function countIn({ guess }: News): Count | null {
  const { rule, key, failed } = (guess ?? {}) as Record<keyof Count, unknown>
  const isCount = typeof rule === 'string' && typeof key === 'string' && typeof failed === 'boolean'
  return isCount ? ({ rule, key, failed } as Count) : null
}
