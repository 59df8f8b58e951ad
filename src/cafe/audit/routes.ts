import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { baseUrlOf } from '../../http/base-url.ts'
import { errorReplies } from '../../http/schemas.ts'
import type { CafeDeps } from '../deps.ts'
import { AuditPage, auditQuery } from './schema.ts'
import { listAudit } from './repository.ts'

/** `/api/cafe/audit-log/`: the audit log. PostgreSQL triggers write it in the transaction of the change. */
export const auditRoutes =
  ({ database }: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/audit-log/',
      {
        config: { access: 'audit.read' },
        schema: {
          tags: ['audit log'],
          summary: 'List changes, newest first: who, when, from where, before and after',
          querystring: auditQuery,
          response: { ...errorReplies, 200: AuditPage },
        },
      },
      async (request) => {
        const { scope } = request.cafe
        const { entries, next } = await database.inCompany(scope.companyId, (tx) =>
          listAudit(tx, scope, request.query),
        )
        const url = new URL(request.url, baseUrlOf(request))
        if (next !== null) url.searchParams.set('cursor', next)
        return { next: next === null ? null : url.href, results: entries }
      },
    )
  }
