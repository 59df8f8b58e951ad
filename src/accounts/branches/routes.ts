import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import { notFound } from '../../http/errors.ts'
import { created, runOnce } from '../../idempotency/run-once.ts'
import { listReply } from '../../http/pagination.ts'
import { sendAnswer } from '../../idempotency/send-answer.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import type { Actor } from '../actor.ts'
import type { AccountsDeps } from '../deps.ts'
import { worksEverywhere } from '../scope.ts'
import { openBranch } from './service.ts'
import { BranchBody, BranchOpened, BranchPatch, BranchQuery, BranchRead } from './schema.ts'
import { findBranch, listBranches, removeBranch, updateBranch } from './repository.ts'
import type { VisibleBranches } from './repository.ts'

const list = '/api/users/branches/'
const one = `${list}:id/`
const tags = ['branches']

/** `/api/users/branches/`: owners and admins read and change all branches, others read their own. */
export const branchesRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(reading(deps))
    await app.register(writing(deps))
  }

const reading =
  ({ database }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const config = { access: 'branches.read' } as const
    app.get(
      list,
      {
        config,
        schema: {
          tags,
          summary: 'List branches',
          querystring: BranchQuery,
          response: { 200: Page(BranchRead), ...errorReplies },
        },
      },
      async (request) => {
        const scope = visibleTo(request.actor)
        const listed = await database.inCompany(scope.companyId, (tx) =>
          listBranches(tx, scope, request.query),
        )
        return listReply(request, listed)
      },
    )
    app.get(
      one,
      {
        config,
        schema: {
          tags,
          summary: 'Read a branch',
          params: idParams,
          response: { 200: BranchRead, ...errorReplies },
        },
      },
      async (request) => {
        const scope = visibleTo(request.actor)
        return orNotFound(
          await database.inCompany(scope.companyId, (tx) => findBranch(tx, scope, idParam(request))),
        )
      },
    )
  }

const writing =
  ({ database, changes, clock, authenticator }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const config = { access: 'branches.write' } as const
    app.post(
      list,
      {
        config,
        schema: {
          tags,
          summary: 'Open a branch',
          description:
            'The first branch of a company takes in, all at once, what belonged to no branch: zones, tables, open and past ' +
            'orders with all that hangs on them, bookings, the stop-list, and staff. Menu, kitchens, categories and clients ' +
            'stay the company’s. Sockets are told by `first_branch_created` and go on in the branch.',
          body: BranchBody,
          response: { 201: BranchOpened, ...errorReplies },
        },
      },
      async ({ actor, body, idempotentRequest }, reply) => {
        const { companyId } = visibleTo(actor)
        const answer = await changes.change(companyId, (tx, emit) =>
          runOnce(tx, idempotentRequest, async () => created(await openBranch(tx, emit, companyId, body))),
        )
        authenticator.forgetCompany(companyId)
        return sendAnswer(reply, answer)
      },
    )
    for (const [method, summary, body] of [
      ['PUT', 'Replace a branch', BranchBody],
      ['PATCH', 'Change a branch', BranchPatch],
    ] as const) {
      app.route({
        method,
        url: one,
        config,
        schema: { tags, summary, params: idParams, body, response: { 200: BranchRead, ...errorReplies } },
        handler: async (request) => {
          const { companyId } = visibleTo(request.actor)
          const patch: BranchPatch = request.body
          const branch = await database.inCompany(companyId, (tx) =>
            updateBranch(tx, companyId, idParam(request), patch, clock()),
          )
          authenticator.forgetCompany(companyId)
          return orNotFound(branch)
        },
      })
    }
    app.delete(
      one,
      {
        config: { ...config, raises: ['in_use'] },
        schema: {
          tags,
          summary: 'Remove a branch that nothing refers to',
          params: idParams,
          response: { 204: Type.Null(), ...errorReplies },
        },
      },
      async (request, reply) => {
        const { companyId } = visibleTo(request.actor)
        const removed = await database.inCompany(companyId, (tx) =>
          removeBranch(tx, companyId, idParam(request)),
        )
        if (!removed) throw notFound()
        authenticator.forgetCompany(companyId)
        return reply.code(204).send(null)
      },
    )
  }

const visibleTo = (actor: Actor): VisibleBranches => ({
  companyId: actor.company!.id,
  ids: worksEverywhere(actor) ? null : actor.branchIds,
})
