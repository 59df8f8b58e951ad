import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listQuery, listReply } from '../../http/pagination.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import { done } from '../../idempotency/run-once.ts'
import { inTransaction, replyInTransaction } from '../unit-of-work.ts'
import type { CafeDeps } from '../deps.ts'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import { patchTask, progressTask, progressTasks } from './service.ts'
import { Skipped, taskFilters, TaskIds, TaskPatch, TaskRead } from './schema.ts'
import { findTask, listTasks } from './repository.ts'
import type { TaskQuery } from './repository.ts'
import { tagVersion } from '../../http/etag.ts'

const tags = ['kitchen']
const reply = { 200: TaskRead, ...errorReplies }
const path = { params: idParams, tags }
const read = { access: 'tasks.read' } as const
const cook = { access: 'tasks.cook' } as const
const oneStep = { ...cook, raises: ['task_taken', 'illegal_transition', 'version_conflict'] } as const

const single = {
  claim: 'Take a pending task: it is in progress and mine',
  ready: 'Say that a dish is ready',
  recall: 'Take a ready dish back into work',
  acknowledge: 'Say that the kitchen has seen a cancellation',
} as const

const bulk = {
  claim: { summary: 'Take several pending tasks', done: 'claimed' },
  ready: { summary: 'Say that several dishes are ready', done: 'updated' },
} as const

/** `/api/cafe/kitchen/tasks/`: kitchen tasks and the steps of cooks. */
export const kitchenRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { database } = deps
    const change = inTransaction(deps)
    const answer = replyInTransaction(deps)
    app.addHook('preSerialization', tagVersion)

    app.get(
      '/kitchen/tasks/',
      {
        config: read,
        schema: {
          tags,
          summary: 'List tasks, oldest first; unfinished ones unless `status` says otherwise',
          querystring: Type.Object({ ...listQuery, ...taskFilters }),
          response: { ...reply, 200: Page(TaskRead) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const listed = await database.inCompany(actor.scope.companyId, (tx) =>
          listTasks(tx, actor, request.query as TaskQuery),
        )
        return listReply(request, listed)
      },
    )
    app.get(
      '/kitchen/tasks/:id/',
      { config: read, schema: { ...path, summary: 'Read a task', response: reply } },
      async (request) => {
        const actor = request.cafe
        const id = idParam(request)
        return orNotFound(await database.inCompany(actor.scope.companyId, (tx) => findTask(tx, actor, id)))
      },
    )
    app.patch(
      '/kitchen/tasks/:id/',
      {
        config: oneStep,
        schema: {
          ...path,
          summary: 'Write the status of a task; the same rules as the commands',
          body: TaskPatch,
          response: reply,
        },
      },
      async (request) => {
        const id = idParam(request)
        return change(request, (uow) => patchTask(uow, id, request.body.status))
      },
    )
    for (const step of ['claim', 'ready', 'recall', 'acknowledge'] as const) {
      app.post(
        `/kitchen/tasks/:id/${step}/`,
        { config: oneStep, schema: { ...path, summary: single[step], response: reply } },
        async (request, response) => {
          const id = idParam(request)
          return answer(request, response, async (uow) => done(await progressTask(uow, id, step)))
        },
      )
    }
    for (const step of ['claim', 'ready'] as const) {
      const { summary, done: names } = bulk[step]
      const Result = Type.Object({ [names]: Type.Array(TaskRead), count: Type.Integer(), skipped: Skipped })
      app.post(
        `/kitchen/tasks/${step}/`,
        {
          config: cook,
          schema: { tags, summary, body: TaskIds, response: { ...errorReplies, 200: Result } },
        },
        async (request, response) =>
          answer(request, response, async (uow) => {
            const result = await progressTasks(uow, request.body.task_ids, step)
            return done({ [names]: result.done, count: result.done.length, skipped: result.skipped })
          }),
      )
    }
  }
