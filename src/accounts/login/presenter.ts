import type { Language } from '../../i18n/messages.ts'
import type { Person } from '../user-repository.ts'
import { roleDisplay } from '../person-access.ts'
import type { LoginReply } from './schema.ts'
import type { TokenPair } from './service.ts'

/** The answer to a login. */
export const loginReply = (
  person: Person & { companyName: string | null },
  tokens: TokenPair,
  language: Language,
): LoginReply => ({
  ...tokens,
  user_id: person.id,
  email: person.email,
  first_name: person.firstName,
  last_name: person.lastName,
  phone_number: person.phoneNumber,
  avatar: person.avatar,
  company: person.companyName,
  role: roleDisplay(person, language),
  branch_ids: person.branchIds,
  primary_branch_id: person.branchIds[0] ?? null,
})
