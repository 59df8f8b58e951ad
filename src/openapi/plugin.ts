import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config/config.ts'
import { version } from '../config/version.ts'
import type { Language } from '../i18n/messages.ts'
import { acceptedLanguage, asLanguage } from '../i18n/translate.ts'
import { documentOptions } from './document.ts'
import { inRussian } from './russian.ts'

const page = '/api/docs'

/** Collects the routes for the document. Must be registered before all of them, and before authentication. */
export const openapi = fp<{ config: Pick<Config, 'publicUrl'> }>(
  async (app, { config: { publicUrl } }) => {
    await app.register(swagger, documentOptions(version, publicUrl))
    // the plugin registers the routes of the page, so they cannot declare their access themselves
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith(page)) route.config = { access: 'public', ...route.config }
    })
  },
  { name: 'openapi' },
)

/** `GET /api/openapi.json`, the document of this API, and `GET /api/docs/`, a page to read and try it. */
export const openapiPage = fp(
  async (app) => {
    const documents = new Map<Language, object>()
    const texts = new Map<Language, string>()
    const documentIn = (language: Language): object => {
      const document =
        documents.get(language) ?? (language === 'ru' ? inRussian(app.swagger()) : app.swagger())
      documents.set(language, document)
      return document
    }
    const route = { config: { access: 'public' }, schema: { hide: true } } as const
    app.get('/api/openapi.json', route, (request, reply) => {
      const language = wantedLanguage(request)
      const text = texts.get(language) ?? JSON.stringify(documentIn(language))
      texts.set(language, text)
      return reply
        .header('cache-control', 'no-cache')
        .header('content-language', language)
        .header('vary', 'accept-language')
        .type('application/json; charset=utf-8')
        .send(text)
    })
    await app.register(swaggerUi, {
      routePrefix: page,
      transformSpecification: (_document, request) => documentIn(wantedLanguage(request)),
      transformSpecificationClone: false,
      staticCSP: contentSecurityPolicy,
      logo: null as never,
      theme: { title: 'cafe-realtime API' },
      uiConfig: {
        layout: 'BaseLayout',
        docExpansion: 'none',
        defaultModelsExpandDepth: 0,
        tagsSorter: 'alpha',
        filter: true,
      },
    })
  },
  { name: 'openapi-page', dependencies: ['openapi'] },
)

/** A client that states no language gets English. */
export const wantedLanguage = ({ query, headers }: FastifyRequest): Language =>
  asLanguage((query as { lang?: unknown }).lang) ?? acceptedLanguage(headers['accept-language']) ?? 'en'

/** Everything is loaded from this service. The page sets styles on elements, and its icons are inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
