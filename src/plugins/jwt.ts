import fastifyJwt from '@fastify/jwt'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../http/bearer-token.ts'
import { openKeys } from '../accounts/tokens/jwt-keys.ts'
import { createTokens } from '../accounts/tokens/tokens.ts'
import type { Tokens, VerifiedToken } from '../accounts/tokens/tokens.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: object
    /** `request.user`: the result of `request.jwtVerify()`. */
    user: VerifiedToken
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens
  }
}

/**
 * `@fastify/jwt` with the keys of the settings: `request.jwtVerify()` and `app.jwt` verify with the key named in the
 * header of a token, and with that key's one algorithm. `app.tokens` tells access and refresh tokens apart by `typ`.
 * @throws StartupError when the keys cannot be read or trusted
 */
export const jwt = fp<{ config: Config; clock: Clock }>(
  async (app, { config, clock }) => {
    const keys = await openKeys(config)
    const { signing } = keys
    await app.register(fastifyJwt, {
      secret: {
        private: signing.private!,
        public: async (request: FastifyRequest, token: unknown) => {
          const { header } = token as VerifiedToken
          return app.tokens.keyFor(header, bearerToken(request.headers.authorization)!).public
        },
      },
      sign: { algorithm: signing.alg, ...(signing.kid !== undefined && { kid: signing.kid }) },
      decode: { complete: true },
      verify: {
        complete: true,
        // times are checked by the clock of the service, see `Tokens`
        ignoreExpiration: true,
        ignoreNotBefore: true,
        extractToken: (request) => bearerToken(request.headers.authorization)!,
      },
    })
    app.decorate('tokens', createTokens({ config, clock, keys, jwt: app.jwt }))
  },
  { name: 'jwt' },
)
