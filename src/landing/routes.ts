import type { FastifyPluginAsync } from 'fastify'
import { baseUrlOf } from '../http/base-url.ts'
import { pageHeaders, serveAssets, serveRevalidated } from '../http/page-assets.ts'
import type { Config } from '../config/config.ts'
import type { LoginHints } from '../accounts/hints/service.ts'
import { pageLanguage } from '../i18n/request-language.ts'
import { landingPage } from './page.ts'

interface Deps {
  config: Config
  /** Who can log in, read for every request of the page. */
  loginHints: () => Promise<LoginHints>
}

/** `GET /`, the landing page: addresses, accounts and a first example. */
export const landing: FastifyPluginAsync<Deps> = async (app, { config, loginHints }) => {
  const assetUrl = await serveAssets(app, assets)
  await serveRevalidated(app, { name: 'client.js', type: 'text/javascript; charset=utf-8' })

  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const language = pageLanguage(request)
    const html = landingPage({
      language,
      baseUrl: baseUrlOf(request, `localhost:${config.port}`),
      hints: await loginHints().catch(() => unknown),
      assetUrl,
    })
    return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html)
  })
}

/** Shown while the database is unavailable. */
const unknown: LoginHints = { demoAccounts: [], company: null, empty: false }

const assets = [
  { name: 'landing.css', type: 'text/css; charset=utf-8', after: ['page.css'] },
  { name: 'landing.js', type: 'text/javascript; charset=utf-8' },
  { name: 'favicon.svg', type: 'image/svg+xml' },
] as const
