import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Config } from '../config/config.ts'
import { addressOf } from '../http/base-url.ts'
import { errorReplies } from '../http/schemas.ts'
import type { DeclaredRoute } from '../plugins/declared-access.ts'

const root = '/api/'
const documents = {
  api: '/api/docs/',
  openapi: '/api/openapi.json',
  events: '/api/docs/events/',
  asyncapi: '/api/asyncapi.json',
} as const

const Link = (path: string, description: string) =>
  Type.String({ format: 'uri', description, examples: [`https://cafe.example${path}`] })

const Root = Type.Object({
  documents: Type.Object({
    api: Link(documents.api, 'Page of the API: to read and try.'),
    openapi: Link(documents.openapi, 'The OpenAPI document.'),
    events: Link(documents.events, 'Page of the events on sockets: to read and try.'),
    asyncapi: Link(documents.asyncapi, 'The AsyncAPI document.'),
  }),
  resources: Type.Object(
    {},
    {
      additionalProperties: Type.String({ format: 'uri' }),
      description: 'Every list, by its path below `/api/`.',
      examples: [{ 'cafe/orders': 'https://cafe.example/api/cafe/orders/' }],
    },
  ),
})

/** `GET /api/`: links to the documents and to every list. */
export const apiRoot: FastifyPluginAsyncTypebox<{ config: Pick<Config, 'publicUrl' | 'port'> }> = async (
  app,
  { config },
) => {
  let lists: string[] = []
  app.addHook('onReady', async () => {
    lists = app.declaredRoutes
      .filter(isList)
      .map(({ url }) => url)
      .sort()
  })
  app.get(
    root,
    {
      config: { access: 'public' },
      schema: { tags: ['service'], summary: 'Where to begin', response: { 200: Root, ...errorReplies } },
    },
    async (request) => {
      const address = addressOf(request, config)
      const link = (path: string) => `${address}${path}`
      return {
        documents: {
          api: link(documents.api),
          openapi: link(documents.openapi),
          events: link(documents.events),
          asyncapi: link(documents.asyncapi),
        },
        resources: Object.fromEntries(lists.map((url) => [url.slice(root.length, -1), link(url)])),
      }
    },
  )
}

/** Whether a route answers with a page or an array, at a path without parameters. */
function isList({ method, url, schema }: DeclaredRoute): boolean {
  const answers = (schema.response ?? {}) as Record<number, { type?: string; properties?: object }>
  const { type, properties = {} } = answers[200] ?? {}
  return method === 'GET' && !url.includes(':') && (type === 'array' || 'results' in properties)
}
