import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { requestLanguage } from '../../i18n/request-language.ts'
import { asLanguage } from '../../i18n/translate.ts'
import { errorReplies } from '../../http/schemas.ts'
import { deviceOf } from '../login/device.ts'
import { loginReply } from '../login/presenter.ts'
import { LoginReply } from '../login/schema.ts'
import { signIn } from '../login/service.ts'
import type { AccountsDeps } from '../deps.ts'
import { registerCompany } from './service.ts'
import { RegistrationBody } from './schema.ts'

/** `POST /api/users/register/`: creates a company with its owner and logs the owner in. */
export const registrationRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    for (const url of ['/api/users/register/', '/api/users/auth/register/']) {
      app.post(
        url,
        {
          config: { access: 'public' },
          schema: {
            tags: ['login'],
            summary: 'Register a company and its owner',
            body: RegistrationBody,
            response: { 201: LoginReply, ...errorReplies },
          },
        },
        async (request, reply) => {
          const { body } = request
          const { owner } = await registerCompany(deps.database, body)
          const tokens = await signIn(deps, owner, deviceOf(request))
          const language = asLanguage(body.language) ?? requestLanguage(request)
          const companyName = body.company_name
          return reply.code(201).send(loginReply({ ...owner, companyName }, tokens, language))
        },
      )
    }
  }
