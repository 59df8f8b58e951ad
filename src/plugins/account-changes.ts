import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import type { AccountChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Count, LoginThrottle } from '../accounts/login/throttle.ts'
import { isUuid } from '../http/params.ts'

/**
 * Tells every replica that an account was dismissed, moved, logged out or got a new password, so that cached actors and
 * open sockets of it end there too. If a notice is lost, the short cache time of requests and the periodic check of
 * sockets apply the change. Failed logins are shared likewise, so that guesses spread over replicas are counted
 * together.
 */
export const accountChanges = fp<Deps>(
  async (app, { bus, loginThrottle }) => {
    const { authenticator } = app
    const replica = randomUUID()
    const notify = (message: object) => bus.notify(Buffer.from(JSON.stringify({ by: replica, ...message })))
    authenticator.onChange((change, origin) => {
      if (origin === 'here') notify(change)
    })
    loginThrottle.onCount((count) => notify({ guess: count }))
    bus.onNotice((notice) => {
      const message = parseNotice(notice)
      if (!message || message.by === replica) return
      const change = changeIn(message)
      if (change) authenticator.applyRemote(change)
      const count = countIn(message)
      if (count) loginThrottle.applyRemote(count)
    })
  },
  { name: 'account-changes', dependencies: ['authenticator'] },
)

interface Deps {
  bus: Bus
  loginThrottle: LoginThrottle
}

type Notice = Record<string, unknown>

function parseNotice(notice: Buffer): Notice | null {
  try {
    return JSON.parse(notice.toString()) as Notice | null
  } catch {
    return null
  }
}

/** Null for other notices, and for those of another version of the service. */
function changeIn({ userId, companyId }: Notice): AccountChange | null {
  if (isUuid(userId)) return { userId }
  return isUuid(companyId) ? { companyId } : null
}

function countIn({ guess }: Notice): Count | null {
  const { rule, key, failed } = (guess ?? {}) as Record<keyof Count, unknown>
  const isCount = typeof rule === 'string' && typeof key === 'string' && typeof failed === 'boolean'
  return isCount ? ({ rule, key, failed } as Count) : null
}
