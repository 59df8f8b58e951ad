import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'

/** A file of web/, which is next to the sources and next to the build. */
interface Asset {
  readonly name: string
  readonly type: string
  /** Files that are served in front of it, in one answer. */
  readonly after?: readonly string[]
}

/** For a page that loads everything from this service. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  vary: 'accept-language',
}

// pages request them with a version made from their content
const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' }

/** Serves the files that a page needs, and returns the address of each by name. */
export async function serveAssets(
  app: FastifyInstance,
  assets: readonly Asset[],
): Promise<(name: string) => string> {
  const urls = new Map<string, string>()
  for (const asset of assets) {
    const { name, type } = asset
    const { content, version } = await read(asset)
    urls.set(name, `/${name}?v=${version}`)
    app.get(`/${name}`, { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
      reply.headers(assetHeaders).type(type).send(content),
    )
  }
  return (name) => urls.get(name)!
}

/** Serves a file that pages elsewhere name without a version: browsers ask each time whether it has changed. */
export async function serveRevalidated(app: FastifyInstance, asset: Asset): Promise<void> {
  const { content, version } = await read(asset)
  const etag = `"${version}"`
  app.get(`/${asset.name}`, { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    reply.headers({ etag, 'cache-control': 'no-cache' })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type(asset.type).send(content)
  })
}

async function read({ name, after = [] }: Asset): Promise<{ content: Buffer; version: string }> {
  const files = [...after, name].map((file) => readFile(new URL(`../../web/${file}`, import.meta.url)))
  const content = Buffer.concat(await Promise.all(files))
  return { content, version: createHash('sha256').update(content).digest('base64url').slice(0, 10) }
}
