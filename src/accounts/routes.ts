import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { branchesRoutes } from './branches/routes.ts'
import { companyRoutes } from './company/routes.ts'
import { employeesRoutes } from './employees/routes.ts'
import { loginRoutes } from './login/routes.ts'
import type { AccountsDeps } from './deps.ts'
import { passwordRoutes } from './passwords/routes.ts'
import { profileRoutes } from './profile/routes.ts'
import { registrationRoutes } from './registration/routes.ts'
import { rolesRoutes } from './roles/routes.ts'
import { sessionsRoutes } from './sessions/routes.ts'
import { ticketsRoutes } from './tickets/routes.ts'

/** Routes of companies, branches and users. Needs `app.tokens` and `app.authenticator` of the auth plugins. */
export const accountsRoutes =
  ({
    config,
    database,
    changes,
    clock,
    loginThrottle,
  }: Pick<
    AccountsDeps,
    'config' | 'database' | 'changes' | 'clock' | 'loginThrottle'
  >): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { tokens, authenticator } = app
    const deps = { config, database, changes, clock, tokens, authenticator, loginThrottle }
    await app.register(loginRoutes(deps))
    if (config.registration) await app.register(registrationRoutes(deps))
    await app.register(profileRoutes(deps))
    await app.register(passwordRoutes(deps))
    await app.register(sessionsRoutes(deps))
    await app.register(ticketsRoutes(deps))
    await app.register(companyRoutes(deps))
    await app.register(branchesRoutes(deps))
    await app.register(employeesRoutes(deps))
    await app.register(rolesRoutes(deps))
  }
