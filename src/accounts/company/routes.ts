import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { found } from '../../by-id.ts'
import { notFound } from '../../errors.ts'
import { requestLanguage } from '../../language/request-language.ts'
import { errorReplies } from '../../shapes.ts'
import type { AccountsParts } from '../parts.ts'
import { requireTimeZone } from '../time-zone.ts'
import { companyReadForm } from './read-form.ts'
import { CompanyPatch, CompanyRead } from './schema.ts'
import { findCompany, updateCompany } from './store.ts'

/** `/api/users/company/`: the company the actor belongs to. */
export const companyRoutes =
  ({ database, clock, authenticator }: AccountsParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const path = '/api/users/company/'
    const tags = ['company']
    const response = { 200: CompanyRead, ...errorReplies }

    app.get(
      path,
      // not `company.read`: who has no company gets 404 here, not 403
      {
        config: { access: 'signed-in', raises: ['not_found'] },
        schema: { tags, summary: 'My company', response },
      },
      async (request) => {
        const { company } = request.actor
        if (!company) throw notFound()
        return companyReadForm(
          found(await database.inCompany(company.id, (tx) => findCompany(tx, company.id))),
          requestLanguage(request),
        )
      },
    )
    app.patch(
      path,
      {
        config: { access: 'company.write' },
        schema: { tags, summary: 'Change my company', body: CompanyPatch, response },
      },
      async (request) => {
        const { actor, body } = request
        const { id } = actor.company!
        requireTimeZone(body.timezone)
        const company = await database.inCompany(id, (tx) => updateCompany(tx, id, body, clock()))
        authenticator.forgetCompany(id)
        return companyReadForm(found(company), requestLanguage(request))
      },
    )
  }
