import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { isUuid } from '../../http/params.ts'
import { notFound } from '../../http/errors.ts'
import { errorReplies } from '../../http/schemas.ts'
import { pictureType } from './image.ts'
import { isPictureName, picturePath } from './name.ts'
import type { PictureStorage } from './storage/picture-storage.ts'

/**
 * `/api/menu-images/`: for `<img src>`, so without a token. A name cannot be guessed and there is no list, so only
 * clients that were shown a name know it. Another picture has another name, so a picture may be cached for ever.
 */
export const picturesRoutes =
  ({ pictures }: { pictures: PictureStorage }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      picturePath(':company', ':name'),
      {
        config: { access: 'public' },
        schema: {
          tags: ['menu-items'],
          summary: 'The picture of a dish',
          description: 'WebP. Needs no token: its address is not to be guessed.',
          params: Type.Object({ company: Type.String(), name: Type.String() }),
          // pages add their own parameters to the URL of a picture
          querystring: Type.Object({}, { additionalProperties: true }),
          response: {
            ...errorReplies,
            200: {
              description: 'The picture.',
              content: { [pictureType]: { schema: Type.String({ format: 'binary' }) } },
            },
            304: Type.Null({ description: 'The client has it.' }),
          },
        },
      },
      async (request, reply) => {
        const { company, name } = request.params
        if (!isUuid(company) || !isPictureName(name)) throw notFound()
        const etag = `"${name.split('.')[1]}"`
        const content = await pictures.find(company, name)
        if (!content) throw notFound()
        reply.headers(headers).header('etag', etag)
        const known = request.headers['if-none-match']
        if (known?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())))
          return reply.code(304).send(null)
        return reply.type(pictureType).send(content)
      },
    )
  }

const headers = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
}
