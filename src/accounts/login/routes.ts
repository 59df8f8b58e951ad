import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { requestLanguage } from '../../i18n/request-language.ts'
import { asLanguage } from '../../i18n/translate.ts'
import type { Language } from '../../i18n/messages.ts'
import { errorReplies } from '../../http/schemas.ts'
import { bearerToken, pastedToken } from '../../http/bearer-token.ts'
import type { AccountsDeps } from '../deps.ts'
import { deviceOf } from './device.ts'
import { refreshTokens } from './refresh.ts'
import { loginReply } from './presenter.ts'
import { LoginBody, LoginReply, LogoutBody, RefreshBody, RefreshReply } from './schema.ts'
import type { Account } from './repository.ts'
import { logIn, logOut } from './service.ts'

/** Old and new front ends use different paths. */
const homes = ['/api/users', '/api/auth', '/api/users/auth'] as const
const [newest] = homes
const refreshPaths = [
  ...homes.map((home) => `${home}/refresh/`),
  '/api/users/token/refresh/',
  '/api/token/refresh/',
]

/** Login, refresh and logout, at every path that clients know. */
export const loginRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const config = { access: 'public' } as const
    const tags = ['login']

    for (const home of homes) {
      const aliasOf = (name: string) => (home === newest ? {} : { aliasOf: `${newest}/${name}/` })
      app.post(
        `${home}/login/`,
        {
          config: { ...config, ...aliasOf('login'), raises: ['authentication_failed', 'throttled'] },
          schema: {
            tags,
            summary: 'Log in',
            body: LoginBody,
            response: { 200: LoginReply, ...errorReplies },
          },
        },
        async (request) => {
          const { account, tokens } = await logIn(deps, request.body, deviceOf(request))
          return loginReply(account, tokens, languageFor(account) ?? requestLanguage(request))
        },
      )
      app.post(
        `${home}/logout/`,
        {
          config: { ...config, ...aliasOf('logout'), raises: ['not_authenticated', 'token_not_valid'] },
          schema: {
            tags,
            summary: 'End the login of the token sent',
            body: LogoutBody,
            response: { 200: Type.Object({}), ...errorReplies },
          },
        },
        async (request) => {
          const accessToken = bearerToken(request.headers.authorization)
          await logOut(deps, { accessToken, refreshToken: request.body.refresh })
          return {}
        },
      )
    }
    for (const path of refreshPaths) {
      app.post(
        path,
        {
          config: {
            ...config,
            ...(path === refreshPaths[0] ? {} : { aliasOf: refreshPaths[0] }),
            raises: ['token_not_valid'],
          },
          schema: {
            tags,
            summary: 'A new access token',
            body: RefreshBody,
            response: { 200: RefreshReply, ...errorReplies },
          },
        },
        async (request) => {
          const { refresh, rotate = false } = request.body
          return refreshTokens(
            deps,
            pastedToken(refresh),
            rotate || deps.config.refreshRotation,
            deviceOf(request),
          )
        },
      )
    }
  }

const languageFor = (account: Account): Language | null =>
  asLanguage(account.language) ?? asLanguage(account.companyLanguage)
