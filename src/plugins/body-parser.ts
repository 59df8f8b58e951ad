import fp from 'fastify-plugin'
import { refuseNul } from '../http/validation/refuse-nul.ts'

/**
 * Reads JSON bodies only. An empty body is `{}` (front ends send `POST …/ready/` without a body but with the JSON
 * content type). Keys that would poison prototypes are refused.
 */
export const bodyParser = fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
      if (text.length === 0) return done(null, {})
      void parse(request, text as string, (error, body) => {
        if (error) return done(error)
        try {
          if (text.includes('\\u0000')) refuseNul(body)
          done(null, body)
        } catch (error) {
          done(error as Error)
        }
      })
    })
    app.addHook('preValidation', (request, _reply, done) => {
      refuseNul(request.query)
      if (request.body === undefined && request.method !== 'GET') request.body = {}
      done()
    })
  },
  { name: 'body-parser' },
)
