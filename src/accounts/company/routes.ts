import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { orNotFound } from '../../http/params.ts'
import { notFound } from '../../http/errors.ts'
import { requestLanguage } from '../../i18n/request-language.ts'
import { listReply } from '../../http/pagination.ts'
import { translate } from '../../i18n/translate.ts'
import { errorReplies, Page, slugPattern } from '../../http/schemas.ts'
import type { AccountsDeps } from '../deps.ts'
import { toCompany, industryOf, subscriptionPlanOf } from './presenter.ts'
import { CompanyPatch, CompanyRead, Industry, SlugQuery, SlugReply, SubscriptionPlan } from './schema.ts'
import { findCompany, isSlugTaken, updateCompany } from './repository.ts'

/** `/api/users/company/`, also at `/api/users/settings/company/`. */
export const companyRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(companyAt('/api/users/company/', deps))
    await app.register(companyAt('/api/users/settings/company/', deps))
    await app.register(companyFacts)
    await app.register(slugCheck(deps))
  }

/** The company the actor belongs to, at a path. */
const companyAt =
  (path: string, { database, clock, authenticator }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const tags = ['company']
    const response = { 200: CompanyRead, ...errorReplies }

    app.get(
      path,
      // not `company.read`: a user without a company gets 404 here, not 403
      {
        config: { access: 'signed-in', raises: ['not_found'] },
        schema: { tags, summary: 'My company', response },
      },
      async (request) => {
        const { company } = request.actor
        if (!company) throw notFound()
        return toCompany(
          orNotFound(await database.inCompany(company.id, (tx) => findCompany(tx, company.id))),
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
        const company = await database.inCompany(id, (tx) => updateCompany(tx, id, body, clock()))
        authenticator.forgetCompany(id)
        return toCompany(orNotFound(company), requestLanguage(request))
      },
    )
  }

/** The choices of registration forms: one of each. */
const companyFacts: FastifyPluginAsyncTypebox = async (app) => {
  const config = { access: 'public' } as const
  const tags = ['company']
  app.get(
    '/api/users/industries/',
    {
      config,
      schema: { tags, summary: 'List industries', response: { 200: Page(Industry), ...errorReplies } },
    },
    async (request) => listReply(request, { count: 1, rows: [industryOf(requestLanguage(request))] }),
  )
  app.get(
    '/api/users/subscription-plans/',
    {
      config,
      schema: {
        tags,
        summary: 'List subscription plans',
        response: { 200: Page(SubscriptionPlan), ...errorReplies },
      },
    },
    async (request) => listReply(request, { count: 1, rows: [subscriptionPlanOf(requestLanguage(request))] }),
  )
}

/** Whether a short name is free. Settings forms ask while the user types. */
const slugCheck =
  ({ database }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/users/company/check-slug/',
      {
        config: { access: 'company.write' },
        schema: {
          tags: ['company'],
          summary: 'Whether a short name is free',
          querystring: SlugQuery,
          response: { 200: SlugReply, ...errorReplies },
        },
      },
      async (request) => {
        const { slug } = request.query
        const language = requestLanguage(request)
        if (!new RegExp(slugPattern).test(slug))
          return { available: false, message: translate(language, 'not_a_slug') }
        const { id } = request.actor.company!
        const taken = await database.withRole('accounts', (tx) => isSlugTaken(tx, slug, id))
        return taken ? { available: false, message: translate(language, 'slug_taken') } : { available: true }
      },
    )
  }
