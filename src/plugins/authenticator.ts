import fp from 'fastify-plugin'
import { createAuthenticator } from '../accounts/authenticator.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'

declare module 'fastify' {
  interface FastifyInstance {
    authenticator: Authenticator
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
  },
  { name: 'authenticator', dependencies: ['jwt'] },
)
