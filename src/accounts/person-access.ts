import type { Language } from '../i18n/messages.ts'
import { translate } from '../i18n/translate.ts'
import { accessOf } from './access.ts'
import type { Access } from './access.ts'
import type { Person } from './user-repository.ts'

/** The access flags of a person, as front ends read them. */
export const accessOfPerson = ({ role, customRole, access }: Person): Access =>
  accessOf({ role, customAccess: customRole?.access ?? null, access })

/** The display name of the role: the custom role's name, if there is one. */
export const roleDisplay = ({ role, customRole }: Person, language: Language): string =>
  customRole?.name ?? translate(language, `role_${role}`)
