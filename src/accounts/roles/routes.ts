import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import { roles } from '../../db/enums.ts'
import { ApiError } from '../../http/errors.ts'
import { created, runOnce } from '../../idempotency/run-once.ts'
import type { Language } from '../../i18n/messages.ts'
import { requestLanguage } from '../../i18n/request-language.ts'
import { translate } from '../../i18n/translate.ts'
import { sendAnswer } from '../../idempotency/send-answer.ts'
import { errorReplies } from '../../http/schemas.ts'
import { accessIn, accessOf, requireGrantable } from '../access.ts'
import type { AccountsDeps } from '../deps.ts'
import { CustomRoleBody, CustomRolePatch, RoleRead } from './schema.ts'
import { createCustomRole, listCustomRoles, removeCustomRole, updateCustomRole } from './repository.ts'
import type { CustomRole } from './repository.ts'

const list = '/api/users/roles/'
const own = `${list}custom/`
const one = `${own}:id/`
const tags = ['employees']

/** `/api/users/roles/`: the built-in roles, and the custom roles that owners and admins manage. */
export const rolesRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { database, authenticator, clock } = deps
    app.get(
      list,
      {
        config: { access: 'signed-in' },
        schema: {
          tags,
          summary: 'List roles: those of the service, then those of the company’s own',
          response: { 200: Type.Array(RoleRead), ...errorReplies },
        },
      },
      async (request) => {
        const language = requestLanguage(request)
        const { company } = request.actor
        const custom = company
          ? await database.inCompany(company.id, (tx) => listCustomRoles(tx, company.id))
          : []
        return [...roles.map((role) => systemRole(role, language)), ...custom.map(toRole)]
      },
    )

    const config = { access: 'employees.write' } as const
    app.post(
      own,
      {
        config,
        schema: {
          tags,
          summary: 'Make a role of the company’s own',
          body: CustomRoleBody,
          response: { 201: RoleRead, ...errorReplies },
        },
      },
      async ({ actor, body, idempotentRequest }, reply) => {
        const { id } = actor.company!
        requireGrantable(actor, accessIn(body))
        const answer = await database.inCompany(id, (tx) =>
          runOnce(tx, idempotentRequest, async () => created(toRole(await createCustomRole(tx, id, body)))),
        )
        return sendAnswer(reply, answer)
      },
    )
    for (const [method, summary, body] of [
      ['PUT', 'Replace a role of the company’s own', CustomRoleBody],
      ['PATCH', 'Change a role of the company’s own', CustomRolePatch],
    ] as const) {
      app.route({
        method,
        url: one,
        config,
        schema: { tags, summary, params: idParams, body, response: { 200: RoleRead, ...errorReplies } },
        handler: async (request) => {
          const { actor } = request
          const patch: CustomRolePatch = request.body
          const { id } = actor.company!
          requireGrantable(actor, accessIn(patch))
          const role = await database.inCompany(id, (tx) =>
            updateCustomRole(tx, id, idParam(request), patch, clock()),
          )
          authenticator.forgetCompany(id)
          return toRole(orNotFound(role))
        },
      })
    }
    app.delete(
      one,
      {
        config: { ...config, raises: ['in_use'] },
        schema: {
          tags,
          summary: 'Remove a role of the company’s own that nobody has',
          params: idParams,
          response: { 204: Type.Null(), ...errorReplies },
        },
      },
      async (request, reply) => {
        const { id } = request.actor.company!
        const removed = await database.inCompany(id, (tx) => removeCustomRole(tx, id, idParam(request)))
        if (!removed) throw new ApiError('not_found')
        return reply.code(204).send(null)
      },
    )
  }

const systemRole = (role: (typeof roles)[number], language: Language): RoleRead => ({
  id: role,
  code: role,
  name: translate(language, `role_${role}`),
  is_custom: false,
  ...accessOf({ role, customAccess: null, access: {} }),
})

const toRole = ({ id, name, role, access }: CustomRole): RoleRead => ({
  id,
  code: role,
  name,
  is_custom: true,
  ...accessOf({ role, customAccess: access, access: {} }),
})
