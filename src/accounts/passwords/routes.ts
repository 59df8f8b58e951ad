import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { fieldError } from '../../http/errors.ts'
import { requestLanguage } from '../../i18n/request-language.ts'
import { translate } from '../../i18n/translate.ts'
import { errorReplies } from '../../http/schemas.ts'
import type { AccountsDeps } from '../deps.ts'
import { changePassword } from './service.ts'
import { PasswordBody, PasswordChanged, SettingsPasswordBody } from './schema.ts'

/**
 * `/api/users/password/`: the actor's own password. Attempts are limited: a person at an unlocked device must not
 * guess the old one.
 */
export const passwordRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/api/users/password/',
      {
        config: { access: 'signed-in', idempotency: false, raises: ['throttled'] },
        schema: {
          tags: ['login'],
          summary: 'Change one’s own password: every other login ends at once',
          body: PasswordBody,
          response: { 204: Type.Null(), ...errorReplies },
        },
      },
      async (request, reply) => {
        await changePassword(deps, request.actor, request.body)
        return reply.code(204).send(null)
      },
    )
    app.patch(
      '/api/users/settings/change-password/',
      {
        config: { access: 'signed-in', raises: ['throttled'] },
        schema: {
          tags: ['login'],
          summary: 'Change one’s own password, as forms with a repeated field send it',
          body: SettingsPasswordBody,
          response: { 200: PasswordChanged, ...errorReplies },
        },
      },
      async (request) => {
        const { current_password, new_password, new_password2 = new_password } = request.body
        if (new_password2 !== new_password) throw fieldError('new_password2', 'passwords_differ')
        await changePassword(
          deps,
          request.actor,
          { old_password: current_password, new_password },
          'current_password',
        )
        return { detail: translate(requestLanguage(request), 'password_changed') }
      },
    )
  }
