import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errorReplies } from '../../shapes.ts'
import type { AccountsParts } from '../parts.ts'
import { changePassword } from './change.ts'
import { PasswordBody } from './schema.ts'

/** `/api/users/password/`: one's own password. Who found a device unlocked must not guess the old one. */
export const passwordRoutes =
  (parts: AccountsParts): FastifyPluginAsyncTypebox =>
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
        await changePassword(parts, request.actor, request.body)
        return reply.code(204).send(null)
      },
    )
  }
