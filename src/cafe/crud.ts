import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Static, TObject, TProperties, TSchema } from 'typebox'
import type { Permission } from '../accounts/permissions.ts'
import type { Tx } from '../db/database.ts'
import { notFound } from '../http/errors.ts'
import type { ErrorCode } from '../http/errors.ts'
import type { Emit } from '../events/changes.ts'
import { listQuery, listReply } from '../http/pagination.ts'
import type { Listed, ListQuery, Slice } from '../http/pagination.ts'
import { errorReplies, Page } from '../http/schemas.ts'
import { created } from '../idempotency/run-once.ts'
import { inTransaction, replyInTransaction } from './unit-of-work.ts'
import type { CafeActor } from '../accounts/actor.ts'
import type { CafeDeps } from './deps.ts'
import { orNotFound, idParam, idParams } from '../http/params.ts'

/**
 * The SQL of a resource. Every function runs on the transaction it is given and sees only the actor's scope; reads
 * and writes return the resource as clients read it.
 */
export interface ResourceRepository<Read, Create, Update, Query> {
  list(tx: Tx, actor: CafeActor, query: Query, slice?: Slice): Promise<Listed<Read>>
  /** Null when the actor's scope has no such object. */
  find(tx: Tx, actor: CafeActor, id: string): Promise<Read | null>
  create(tx: Tx, actor: CafeActor, body: Create, emit: Emit): Promise<Read>
  /** Null when the actor's scope has no such object. Only the given keys change. */
  update(tx: Tx, actor: CafeActor, id: string, body: Update, emit: Emit): Promise<Read | null>
  /** False when the actor's scope has no such object. */
  remove(tx: Tx, actor: CafeActor, id: string, emit: Emit): Promise<boolean>
}

interface ResourceOptions<
  Read extends TSchema,
  Create extends TProperties,
  Filters extends TProperties,
  Extra extends object,
> {
  /** Last part of the path and heading in the API documents: `zones`. */
  name: string
  read: Read
  /**
   * Fields of POST and PUT; PATCH takes any of them. Optional fields have no default here, so that a PUT without them
   * does not change them. New rows get the column defaults.
   */
  create: TObject<Create>
  /** Query parameters besides page, page_size, search, ordering and branch. */
  filters: Filters
  permissions: { read: Permission; write: Permission; patch?: Permission; remove?: Permission }
  /** Error codes of POST only. */
  createRaises?: readonly ErrorCode[]
  /** Error codes of PUT and PATCH. */
  changeRaises?: readonly ErrorCode[]
  /** Error codes of DELETE, besides `in_use`. */
  removeRaises?: readonly ErrorCode[]
  /** Fields that a request adds to its body. */
  extra?: (request: FastifyRequest) => Extra
  repository: ResourceRepository<
    Static<Read>,
    Static<TObject<Create>> & Extra,
    Partial<Static<TObject<Create>>> & Extra,
    ListQuery & Static<TObject<Filters>>
  >
}

/** List, create, read, replace, change and delete of one resource, at `/<name>/` and `/<name>/:id/`. */
export function resourceRoutes<
  Read extends TSchema,
  Create extends TProperties,
  Filters extends TProperties,
  Extra extends object = object,
>(
  deps: CafeDeps,
  {
    name,
    read,
    create,
    filters,
    permissions,
    createRaises = [],
    changeRaises = [],
    removeRaises = [],
    extra,
    repository,
  }: ResourceOptions<Read, Create, Filters, Extra>,
): FastifyPluginAsync {
  const { database } = deps
  const change = inTransaction(deps)
  const answer = replyInTransaction(deps)
  type Body = Static<TObject<Create>> & Extra
  type Update = Partial<Static<TObject<Create>>> & Extra
  type Query = ListQuery & Static<TObject<Filters>>
  const tags = [name]
  const one = `/${name}/:id/`
  const path = { params: idParams }
  const reply = { 200: read, ...errorReplies }
  const { patch = permissions.write, remove = permissions.write } = permissions

  const bodyOf = (request: FastifyRequest): unknown =>
    extra ? { ...(request.body as object), ...extra(request) } : request.body

  const update = async (request: FastifyRequest) =>
    orNotFound(
      await change(request, ({ tx, actor, emit }) =>
        repository.update(tx, actor, idParam(request), bodyOf(request) as Update, emit),
      ),
    )

  return async (app) => {
    app.get(
      `/${name}/`,
      {
        config: { access: permissions.read },
        schema: {
          tags,
          summary: `List ${name}`,
          querystring: Type.Object({ ...listQuery, ...filters }),
          response: { ...reply, 200: Page(read) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const listed = await database.inCompany(actor.scope.companyId, (tx) =>
          repository.list(tx, actor, request.query as Query),
        )
        return listReply(request, listed)
      },
    )
    app.post(
      `/${name}/`,
      {
        config: { access: permissions.write, raises: createRaises },
        schema: {
          tags,
          summary: `Create one of ${name}`,
          body: create,
          response: { ...errorReplies, 201: read },
        },
      },
      async (request, response) =>
        answer(request, response, async ({ tx, actor, emit }) =>
          created(await repository.create(tx, actor, bodyOf(request) as Body, emit)),
        ),
    )
    app.get(
      one,
      {
        config: { access: permissions.read },
        schema: { ...path, tags, summary: `Read one of ${name}`, response: reply },
      },
      async (request) => {
        const actor = request.cafe
        return orNotFound(
          await database.inCompany(actor.scope.companyId, (tx) =>
            repository.find(tx, actor, idParam(request)),
          ),
        )
      },
    )
    app.put(
      one,
      {
        config: { access: permissions.write, raises: changeRaises },
        schema: { ...path, tags, summary: `Replace one of ${name}`, body: create, response: reply },
      },
      async (request) => await update(request),
    )
    app.patch(
      one,
      {
        config: { access: patch, raises: changeRaises },
        schema: { ...path, tags, summary: `Change one of ${name}`, body: partialOf(create), response: reply },
      },
      async (request) => await update(request),
    )
    app.delete(
      one,
      {
        config: { access: remove, raises: ['in_use', ...removeRaises] },
        schema: {
          ...path,
          tags,
          summary: `Delete one of ${name}`,
          response: { ...errorReplies, 204: Type.Null() },
        },
      },
      async (request, response) => {
        const removed = await change(request, ({ tx, actor, emit }) =>
          repository.remove(tx, actor, idParam(request), emit),
        )
        if (!removed) throw notFound()
        return response.code(204).send(null)
      },
    )
  }
}

/** The same fields, each optional: a missing field does not change. */
function partialOf<Fields extends TProperties>(schema: TObject<Fields>) {
  const fields = Object.entries(schema.properties as Record<string, TSchema>).map(
    ([name, field]) => [name, Type.Optional(field)] as const,
  )
  return Type.Object(Object.fromEntries(fields))
}
