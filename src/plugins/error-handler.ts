import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import createRouter from 'find-my-way'
import { ClientDisconnectedError } from '../http/client-disconnected.ts'
import { brokenUnique, isUnavailable } from '../db/pg-errors.ts'
import { ApiError, errorCodes, FieldError } from '../http/errors.ts'
import type { ErrorCode, FieldErrors } from '../http/errors.ts'
import type { Language, Message } from '../i18n/messages.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { translate, translateMessage } from '../i18n/translate.ts'

/**
 * Answers every error as JSON in the documented shape; a 5xx shows no internals.
 * @param refused called with the code of every error, to count refusals by limits
 */
export function addErrorReplies(app: FastifyInstance, refused: (code: ErrorCode) => void): void {
  app.setErrorHandler((error: Error, request, reply) => {
    if (error instanceof ClientDisconnectedError) return reply.hijack()
    const known = asDocumentedError(error, request)
    if (known instanceof ApiError) refused(known.code)
    return replyWithError(known, error, request, reply)
  })
}

/**
 * Answers unknown paths with 404, and methods that a path does not have with 405.
 * @param methodsOf see `collectMethods`
 */
export function addNotFoundReplies(app: FastifyInstance, methodsOf: (url: string) => string[]): void {
  const replyNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = methodsOf(request.url)
    if (allowed.length === 0) return sendApiError(new ApiError('not_found'), request, reply)
    reply.header('allow', allowed.join(', '))
    return sendApiError(
      new ApiError('method_not_allowed', { params: { method: request.method } }),
      request,
      reply,
    )
  }
  app.setNotFoundHandler(replyNotFound)
  // answered before the body is read, because its errors do not matter here
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.is404) void replyNotFound(request, reply)
    else done()
  })
}

/** Answers a request whose address the router cannot parse. No hook has run for it, so their headers are missing. */
export const replyToUnreadable = (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  replyWithError(asDocumentedError(error, request), error, request, reply.header('x-request-id', request.id))

function replyWithError(
  known: ApiError | FieldError,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (known instanceof FieldError) {
    return sendJson(reply, 400, fieldsIn(known.faults, requestLanguage(request)))
  }
  const { status } = errorCodes[known.code]
  // the driver's error is the cause; the wrapper around it quotes parameters, which may be secrets
  const about = { err: error.cause ?? error, company: request.signedInActor?.company?.id }
  if (status === 500) request.log.error(about, 'request failed')
  if (status === 503) request.log.warn(about, 'request could not be served just now')
  return sendApiError(known, request, reply)
}

function sendApiError(known: ApiError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status } = errorCodes[known.code]
  const { params, extra, retryAfter } = known.options
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (errorCodes[known.code].retry) reply.header('retry-after', retryAfter ?? 1)
  if (status === 426) reply.header('upgrade', 'websocket').header('connection', 'upgrade')
  const detail = translate(requestLanguage(request), known.code, { request_id: request.id, ...params })
  const body = { detail, code: known.code, ...(status === 500 && { request_id: request.id }), ...extra }
  return sendJson(reply, status, body)
}

/** Bypasses the serialiser of the route, so that its response schema cannot change an error. */
const sendJson = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply
    .code(status)
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body)

const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'broken_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'broken_json',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
}

function asDocumentedError(error: Error, request: FastifyRequest): ApiError | FieldError {
  if (error instanceof ApiError || error instanceof FieldError) return error
  // in some paths Fastify wraps the validator's error into one of its own
  if (error.cause instanceof FieldError) return error.cause
  const { code, statusCode } = error as FastifyError
  const known = frameworkCodes[code]
  if (known === 'unsupported_media_type') {
    const { consumes = ['application/json'] } = request.routeOptions.schema ?? {}
    const type = request.headers['content-type'] ?? ''
    return new ApiError(known, { params: { type, expected: consumes.join(', ') } })
  }
  if (known) return new ApiError(known, { cause: error })
  if (error instanceof SyntaxError && statusCode === 400) return new ApiError('broken_json', { cause: error })
  // the client disconnected while it sent its body: no answer can reach it, and no part of the service is unavailable
  if (request.raw.readableAborted) return new ApiError('bad_request', { cause: error })
  if (brokenUnique(error) !== null) return new FieldError({ non_field_errors: [{ key: 'not_unique' }] })
  if (isUnavailable(error)) return new ApiError('unavailable', { cause: error })
  return new ApiError('internal', { cause: error })
}

/** The texts of a 400, at the paths of the errors in the body. */
export function fieldsIn(faults: FieldErrors, language: Language): object {
  return Object.fromEntries(
    Object.entries(faults).map(([field, known]) => [field, inLanguage(known, language)]),
  )
}

function inLanguage(known: FieldErrors[string], language: Language): unknown {
  if (!Array.isArray(known)) return fieldsIn(known, language)
  return known.map((entry) =>
    isMessage(entry) ? translateMessage(language, entry) : fieldsIn(entry, language),
  )
}

const isMessage = (entry: Message | FieldErrors): entry is Message =>
  typeof (entry as Message).key === 'string'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Returns the methods of a path, none for an unknown path. Must be called before the routes. */
export function collectMethods(app: FastifyInstance): (url: string) => string[] {
  const paths = createRouter({ ignoreTrailingSlash: true })
  app.addHook('onRoute', (route) => {
    for (const method of methods) {
      const serves = [route.method].flat().includes(method)
      const slashless = route.url.length > 1 ? route.url.replace(/\/$/, '') : route.url
      if (serves && !paths.hasRoute(method, slashless)) paths.on(method, slashless, () => {})
    }
  })
  return (url) => methods.filter((method) => paths.find(method, url.split('?', 1)[0]!) !== null)
}
