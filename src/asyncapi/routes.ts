import type { FastifyPluginAsync } from 'fastify'
import type { LoginHints } from '../accounts/hints/service.ts'
import type { Config } from '../config/config.ts'
import { version } from '../config/version.ts'
import { addressOf } from '../http/base-url.ts'
import { pageHeaders, serveAssets } from '../http/page-assets.ts'
import type { Language } from '../i18n/messages.ts'
import { pageLanguage } from '../i18n/request-language.ts'
import { wantedLanguage } from '../openapi/plugin.ts'
import { inLanguage, socketDocument } from './document.ts'
import type { SocketDocument } from './document.ts'
import { eventsPage } from './page.ts'

interface Deps {
  config: Config
  /** Who can log in, read for every request of the page. */
  loginHints: () => Promise<LoginHints>
}

const route = { config: { access: 'public' }, schema: { hide: true } } as const

/** `GET /api/asyncapi.json`, the document of the sockets, and `GET /api/docs/events/`, a page to read and try it. */
export const asyncapi: FastifyPluginAsync<Deps> = async (app, { config, loginHints }) => {
  const english = socketDocument(version)
  const documents: Record<Language, SocketDocument> = { en: english, ru: inLanguage(english, 'ru') }
  // written once; what depends on the request is put behind it
  const texts = { en: JSON.stringify(documents.en), ru: JSON.stringify(documents.ru) }
  const assetUrl = await serveAssets(app, assets)

  app.get('/api/asyncapi.json', route, (request, reply) => {
    const language = wantedLanguage(request)
    return reply
      .header('cache-control', 'no-cache')
      .header('content-language', language)
      .header('vary', 'accept-language')
      .type('application/json; charset=utf-8')
      .send(
        `${texts[language].slice(0, -1)},"servers":${JSON.stringify(serversAt(addressOf(request, config)))}}`,
      )
  })

  app.get('/api/docs/events/', route, async (request, reply) => {
    const language = pageLanguage(request)
    const { demoAccounts } = await loginHints().catch(() => ({ demoAccounts: [] }))
    const page = eventsPage({
      language,
      document: documents[language],
      socketUrl: addressOf(request, config).replace(/^http/, 'ws'),
      demoAccounts,
      assetUrl,
    })
    return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(page)
  })
}

const assets = [
  { name: 'events.css', type: 'text/css; charset=utf-8', after: ['page.css'] },
  { name: 'events.js', type: 'text/javascript; charset=utf-8' },
] as const

/** The service under the address by which the client reached it. */
function serversAt(address: string): object {
  const { protocol, host } = new URL(address)
  return { service: { host, protocol: protocol === 'https:' ? 'wss' : 'ws' } }
}
