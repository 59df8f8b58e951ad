import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { orNotFound } from '../../http/params.ts'
import type { Language } from '../../i18n/messages.ts'
import { requestLanguage } from '../../i18n/request-language.ts'
import { asLanguage } from '../../i18n/translate.ts'
import { errorReplies } from '../../http/schemas.ts'
import type { AccountsDeps } from '../deps.ts'
import type { Person } from '../user-repository.ts'
import { accessOfPerson, roleDisplay } from '../person-access.ts'
import { ProfilePatch, ProfileRead } from './schema.ts'
import { countryOf, phoneLine } from '../../http/phones.ts'
import { findPerson, updateProfile } from './repository.ts'

/** `/api/users/profile/`: the signed-in user and its permissions. */
export const profileRoutes =
  ({ database, clock, authenticator }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const path = '/api/users/profile/'
    const config = { access: 'signed-in' } as const
    const tags = ['profile']
    const response = { 200: ProfileRead, ...errorReplies }

    app.get(path, { config, schema: { tags, summary: 'Who am I', response } }, async (request) => {
      const { userId } = request.actor
      const person = await database.withRole('accounts', (tx) => findPerson(tx, userId))
      return toProfile(orNotFound(person), requestLanguage(request))
    })
    app.patch(
      path,
      {
        config,
        schema: { tags, summary: 'Change my name, phone, picture or language', body: ProfilePatch, response },
      },
      async (request) => {
        const { userId, company } = request.actor
        const { phone_number, ...patch } = request.body
        const phoneNumber =
          phone_number === undefined
            ? undefined
            : phoneLine(phone_number, countryOf(company?.timezone ?? ''), 'phone_number')
        const person = await database.withRole('accounts', (tx) =>
          updateProfile(tx, userId, { ...patch, phoneNumber }, clock()),
        )
        authenticator.forget(userId)
        const language = asLanguage(request.body.language) ?? requestLanguage(request)
        return toProfile(orNotFound(person), language)
      },
    )
  }

const toProfile = (person: Person, language: Language): ProfileRead => ({
  id: person.id,
  email: person.email,
  first_name: person.firstName,
  last_name: person.lastName,
  phone_number: person.phoneNumber,
  avatar: person.avatar,
  language: asLanguage(person.language),
  company: person.companyId,
  role: person.role,
  custom_role: person.customRole?.id ?? null,
  role_display: roleDisplay(person, language),
  branch_ids: person.branchIds,
  primary_branch_id: person.branchIds[0] ?? null,
  ...accessOfPerson(person),
  created_at: person.createdAt.toISOString(),
  updated_at: person.updatedAt.toISOString(),
})
