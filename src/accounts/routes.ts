import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { branchesRoutes } from './branches/routes.ts'
import { companyRoutes } from './company/routes.ts'
import { employeesRoutes } from './employees/routes.ts'
import { loginRoutes } from './login/routes.ts'
import type { AccountsParts } from './deps.ts'
import { passwordRoutes } from './passwords/routes.ts'
import { profileRoutes } from './profile/routes.ts'
import { registrationRoutes } from './registration/routes.ts'
import { rolesRoutes } from './roles/routes.ts'
import { sessionsRoutes } from './sessions/routes.ts'
import { ticketsRoutes } from './tickets/routes.ts'

/** Everything about companies, branches and people. Needs the auth plugin, which brings tokens and the authenticator. */
export const accountsRoutes =
  ({
    config,
    database,
    changes,
    clock,
    guesses,
  }: Pick<
    AccountsParts,
    'config' | 'database' | 'changes' | 'clock' | 'guesses'
  >): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { tokens, authenticator } = app
    const parts = { config, database, changes, clock, tokens, authenticator, guesses }
    await app.register(loginRoutes(parts))
    if (config.registration) await app.register(registrationRoutes(parts))
    await app.register(profileRoutes(parts))
    await app.register(passwordRoutes(parts))
    await app.register(sessionsRoutes(parts))
    await app.register(ticketsRoutes(parts))
    await app.register(companyRoutes(parts))
    await app.register(branchesRoutes(parts))
    await app.register(employeesRoutes(parts))
    await app.register(rolesRoutes(parts))
  }
