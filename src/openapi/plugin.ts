import { readFile } from 'node:fs/promises'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { documentOptions } from './document.ts'

const page = '/api/docs'

/** Watches the routes for the document. Must be registered before all of them, and before authentication. */
export const readingRoutes = fp(
  async (app) => {
    const packageFile = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    await app.register(swagger, documentOptions((JSON.parse(packageFile) as { version: string }).version))
    // the routes of the page are the plugin's own and cannot say themselves that they are for everybody
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith(page)) route.config = { access: 'public', ...route.config }
    })
  },
  { name: 'reference' },
)

/** `GET /api/openapi.json`, the document of this API, and `GET /api/docs/`, a page to read and try it. */
export const reference: FastifyPluginAsync = async (app) => {
  let text: string | undefined
  const route = { config: { access: 'public' }, schema: { hide: true } } as const
  app.get('/api/openapi.json', route, (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(text)
  })
  await app.register(swaggerUi, {
    routePrefix: page,
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
}

/** Everything comes from here. The page writes its own styles into elements, and its icons are in them. */
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
