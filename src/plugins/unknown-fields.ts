import type { FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { FieldError } from '../http/errors.ts'
import type { FieldErrors } from '../http/errors.ts'
import type { Message } from '../i18n/messages.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { translateMessage } from '../i18n/translate.ts'
import { isOfCafe } from '../http/paths.ts'
import { ignoredParameters } from '../http/unknown-fields/ignored.ts'
import { nearest } from '../http/unknown-fields/nearest.ts'
import { shapeOf } from '../http/unknown-fields/known-fields.ts'
import { unknownFieldsIn } from '../http/unknown-fields/find-unknown.ts'
import type { UnknownField } from '../http/unknown-fields/find-unknown.ts'
import type { Warning } from '../http/schemas.ts'
import { place } from '../http/validation/field-errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Fields of the body that the route does not know; null for none. */
    unknownFields: readonly UnknownField[] | null
  }
}

/**
 * Checks every request of the API against the declaration of its route. An unknown query parameter is 400, and so is an
 * unknown field of money; every other unknown field is named in `warnings` of the answer. The known names are collected
 * once, when the route is registered. Must be registered before the routes.
 */
export const unknownFields = fp(
  async (app) => {
    app.decorateRequest('unknownFields', null)
    app.addHook('onRoute', (route) => {
      if (!route.url.startsWith('/api/') || route.schema?.hide) return
      route.preValidation = [parametersCheck(route), ...[route.preValidation ?? []].flat()]
      if (takesBody(route)) route.preHandler = [fieldsCheck(route), ...[route.preHandler ?? []].flat()]
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      if (!request.unknownFields || reply.statusCode >= 300) return done(null, payload)
      done(null, withWarnings(payload, warningsOf(request, request.unknownFields)))
    })
  },
  { name: 'unknown-fields' },
)

type Hook = (request: FastifyRequest, reply: unknown, done: (error?: Error) => void) => void

function parametersCheck({ url, schema }: RouteOptions): Hook {
  const { properties = {}, additionalProperties } = (schema?.querystring ?? {}) as {
    properties?: object
    additionalProperties?: unknown
  }
  if (additionalProperties === true) return (_request, _reply, done) => done()
  const known = [...Object.keys(properties), ...(isOfCafe(url) ? ['branch'] : [])]
  const taken = new Set([...known, ...Object.keys(ignoredParameters)])
  return (request, _reply, done) => {
    const start = request.url.indexOf('?')
    if (start < 0) return done()
    // `request.query` has no empty parameters, but their names are checked too
    const names = new Set(new URLSearchParams(request.url.slice(start)).keys())
    const unknown = [...names].filter((name) => !taken.has(name) && name !== '')
    if (unknown.length === 0) return done()
    done(new FieldError(Object.fromEntries(unknown.map((name) => [name, [unknownParameter(name, known)]]))))
  }
}

function unknownParameter(name: string, known: readonly string[]): Message {
  if (known.length === 0) return { key: 'no_parameters' }
  const near = nearest(name, known)
  if (near) return { key: 'unknown_parameter', params: { nearest: near } }
  return { key: 'unknown_parameter_of', params: { known: known.join(', ') } }
}

const takesBody = ({ method }: RouteOptions): boolean =>
  [method].flat().some((one) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(one))

function fieldsCheck({ method, schema = {} }: RouteOptions): Hook {
  const { 200: readForm } = (schema.response ?? {}) as Record<number, object>
  const sendsBack = [method].flat().some((one) => one === 'PUT' || one === 'PATCH')
  const shape = shapeOf(schema.body as object | undefined, sendsBack ? readForm : undefined)
  return (request, _reply, done) => {
    if (shape === null) return done()
    const { ofMoney, others } = unknownFieldsIn(request.body, shape)
    if (ofMoney.length > 0) return done(moneyError(ofMoney, request.body))
    if (others.length > 0) request.unknownFields = others
    done()
  }
}

function moneyError(fields: readonly UnknownField[], body: unknown): FieldError {
  const errors: FieldErrors = {}
  for (const unknown of fields) place(errors, unknown.path, body, about('unknown_money', unknown))
  return new FieldError(errors)
}

const warningsOf = (request: FastifyRequest, fields: readonly UnknownField[]): Warning[] => {
  const language = requestLanguage(request)
  return fields.map((unknown) => ({
    field: unknown.path.join('.'),
    code: 'unknown_field',
    message: translateMessage(language, about('unknown_field', unknown)),
  }))
}

const texts = {
  unknown_money: { plain: 'unknown_money', near: 'unknown_money_like' },
  unknown_field: { plain: 'unknown_field', near: 'unknown_field_like' },
} as const

function about(what: keyof typeof texts, { path, nearest: near }: UnknownField): Message {
  const field = path.at(-1)!.slice(0, 100)
  return near
    ? { key: texts[what].near, params: { field, nearest: near } }
    : { key: texts[what].plain, params: { field } }
}

/** Puts the warnings in front of the fields that the route's serialiser wrote; only an object can hold them. */
function withWarnings(payload: unknown, warnings: readonly Warning[]): unknown {
  if (typeof payload !== 'string' || !payload.startsWith('{')) return payload
  const rest = payload.slice(1)
  return `{"warnings":${JSON.stringify(warnings)}${rest === '}' ? '' : ','}${rest}`
}
