import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyPluginAsync } from 'fastify'
import { baseUrlOf } from '../http/base-url.ts'
import type { Config } from '../config/config.ts'
import type { LoginHints } from '../accounts/hints/service.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { asLanguage } from '../i18n/translate.ts'
import { landingPage } from './page.ts'

interface Deps {
  config: Config
  /** Who can log in, read for every request of the page. */
  loginHints: () => Promise<LoginHints>
}

/** `GET /`, the landing page: addresses, accounts and a first example. */
export const landing: FastifyPluginAsync<Deps> = async (app, { config, loginHints }) => {
  const assets = await Promise.all(assetTypes.map(readAsset))
  const client = await readAsset({ name: 'client.js', type: 'text/javascript; charset=utf-8' })
  const assetUrl = (name: string) => assets.find((asset) => asset.name === name)!.url

  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const { lang } = request.query as { lang?: unknown }
    const language = asLanguage(lang) ?? requestLanguage(request)
    const html = landingPage({
      language,
      baseUrl: baseUrlOf(request, `localhost:${config.port}`),
      hints: await loginHints().catch(() => unknown),
      assetUrl,
    })
    return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html)
  })

  app.get('/client.js', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    reply.headers({ etag: client.etag, 'cache-control': 'no-cache' })
    if (request.headers['if-none-match'] === client.etag) return reply.code(304).send()
    return reply.type(client.type).send(client.content)
  })

  for (const { name, type, content } of assets) {
    app.get(`/${name}`, { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
      reply.headers(assetHeaders).type(type).send(content),
    )
  }
}

/** Shown while the database is unavailable. */
const unknown: LoginHints = { demoAccounts: [], company: null, empty: false }

/** Files of web/, which is next to the sources and next to the build. */
const assetTypes = [
  { name: 'landing.css', type: 'text/css; charset=utf-8' },
  { name: 'landing.js', type: 'text/javascript; charset=utf-8' },
  { name: 'favicon.svg', type: 'image/svg+xml' },
] as const

async function readAsset({ name, type }: { name: string; type: string }) {
  const content = await readFile(new URL(`../../web/${name}`, import.meta.url))
  const version = createHash('sha256').update(content).digest('base64url').slice(0, 10)
  return { name, type, content, url: `/${name}?v=${version}`, etag: `"${version}"` }
}

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  vary: 'accept-language',
}

// the page requests them with a version made from their content
const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' }
