import type { FastifyInstance } from 'fastify'
import { refuseNul } from './validation.ts'

/**
 * Reads JSON bodies only. An empty body is `{}` (front ends send `POST …/ready/` without a body but with the JSON
 * content type). Keys that would poison prototypes are refused.
 */
export function addBodyParsing(app: FastifyInstance): void {
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
}

/** Query parameters by name; an empty value counts as none, a repeated name makes a list. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue
    const before = Object.hasOwn(query, name) ? query[name] : undefined
    if (before === undefined) Object.defineProperty(query, name, { value, enumerable: true, writable: true })
    else query[name] = [before, value].flat()
  }
  return query
}
