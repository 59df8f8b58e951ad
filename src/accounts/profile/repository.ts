import { eq } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { users } from '../../db/schema/index.ts'
import { personColumns } from '../user-repository.ts'
import type { Person } from '../user-repository.ts'
import type { ProfilePatch } from './schema.ts'

export async function findPerson(tx: Tx, id: string): Promise<Person | null> {
  const [person] = await tx.select(personColumns).from(users).where(eq(users.id, id))
  return person ?? null
}

/** Changes only the keys given. */
export async function updateProfile(
  tx: Tx,
  id: string,
  patch: Omit<ProfilePatch, 'phone_number'> & { phoneNumber: string | undefined },
  now: Date,
): Promise<Person | null> {
  await tx
    .update(users)
    .set({
      firstName: patch.first_name,
      lastName: patch.last_name,
      phoneNumber: patch.phoneNumber,
      avatar: patch.avatar,
      language: patch.language,
      updatedAt: now,
    })
    .where(eq(users.id, id))
  return findPerson(tx, id)
}
