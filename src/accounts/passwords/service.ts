import { fieldError } from '../../http/errors.ts'
import type { Actor } from '../actor.ts'
import { passwordHashOf, replaceHash } from './repository.ts'
import type { AccountsDeps } from '../deps.ts'
import { hashOfNew } from './policy.ts'
import { verifyPassword } from './hash.ts'
import { endOtherSessions } from '../sessions/repository.ts'
import type { PasswordBody } from './schema.ts'

/**
 * Changes the actor's password. Every other session ends at once, with its tokens and sockets.
 * @param oldField the field of the old password, for errors
 * @throws FieldError on `oldField` when it is wrong, on `new_password` when it is too easy to guess; ApiError
 *   `throttled` after too many wrong ones
 */
export async function changePassword(
  { database, clock, authenticator, loginThrottle }: AccountsDeps,
  { userId, sessionId }: Actor,
  { old_password, new_password }: PasswordBody,
  oldField = 'old_password',
): Promise<void> {
  const before = await database.withRole('accounts', (tx) => passwordHashOf(tx, userId))
  const guard = loginThrottle.password(userId)
  const proven = await verifyPassword(before, old_password, (check) => guard.guess(check))
  if (before === null || !proven) throw fieldError(oldField, 'wrong_password')
  const after = await hashOfNew(new_password, { field: 'new_password' })
  const replaced = await database.withRole('accounts', async (tx) => {
    if (!(await replaceHash(tx, userId, before, after))) return false
    await endOtherSessions(tx, { userId, sessionId }, clock())
    return true
  })
  // another request with the same old password was first
  if (!replaced) throw fieldError(oldField, 'wrong_password')
  authenticator.forget(userId)
}
