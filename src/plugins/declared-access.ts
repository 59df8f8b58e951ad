import type { FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Permission } from '../accounts/permissions.ts'

/** Who may call a route: everyone, everyone with a valid token, or the roles of a permission inside a company. */
export type Access = 'public' | 'signed-in' | Permission

/** A route with its declared access. */
export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly access: Access
  readonly schema: FastifySchema
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required on every route; registration fails without it. */
    access?: Access
  }
  interface FastifyInstance {
    /** Every route with its access, without the framework's pre-flight routes. */
    declaredRoutes: readonly DeclaredRoute[]
  }
}

/** Requires every route to declare its access. Must be registered before the routes. */
export const declaredAccess = fp(
  async (app) => {
    const declaredRoutes: DeclaredRoute[] = []
    app.decorate('declaredRoutes', declaredRoutes)
    app.addHook('onRoute', (route) => {
      declaredRoutes.push(...declared(route))
    })
  },
  { name: 'declared-access' },
)

/** The framework's own pre-flight routes are exempt: browsers send them without credentials. */
function declared({ method, url, config, schema = {} }: RouteOptions): DeclaredRoute[] {
  if (method === 'OPTIONS') return []
  const access = config?.access
  if (!access) throw new Error(`route ${String(method)} ${url} does not declare its access`)
  return [method].flat().map((one) => ({ method: one, url, access, schema }))
}
