import fp from 'fastify-plugin'
import { createAuthenticator } from '../accounts/authenticator.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import { redeemTicket } from '../accounts/tickets/service.ts'
import type { TokenClaims } from '../accounts/tokens/tokens.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'

declare module 'fastify' {
  interface FastifyInstance {
    authenticator: Authenticator
    /**
     * Uses up a ticket and returns the claims of its token.
     * @throws ApiError `token_not_valid`
     */
    redeemTicket(ticket: string): Promise<TokenClaims>
  }
}

interface Deps {
  config: Config
  database: Database
  clock: Clock
}

/** `app.authenticator`, for the routes of the API and for sockets. */
export const authenticator = fp<Deps>(
  async (app, { config, database, clock }) => {
    app.decorate('authenticator', createAuthenticator({ config, database, clock, tokens: app.tokens }))
    app.decorate('redeemTicket', (ticket) => redeemTicket({ database, clock }, ticket))
  },
  { name: 'authenticator', dependencies: ['jwt'] },
)
