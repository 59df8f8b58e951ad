import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ClientDisconnectedError } from '../http/client-disconnected.ts'
import { brokenUnique, isUnavailable } from '../db/pg-errors.ts'
import { ApiError, errorCodes, FieldError } from '../http/errors.ts'
import type { ErrorCode } from '../http/errors.ts'
import { fieldErrorTexts } from '../http/field-error-texts.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { translate } from '../i18n/translate.ts'

interface Deps {
  /** Called with the code of every error, to count refusals by limits. */
  countRefusal: (code: ErrorCode) => void
}

/** Answers every error as JSON in the documented shape; a 5xx shows no internals. */
export const errorHandler = fp<Deps>(
  async (app, { countRefusal }) => {
    app.setErrorHandler((error: Error, request, reply) => {
      if (error instanceof ClientDisconnectedError) return reply.hijack()
      const known = asDocumentedError(error, request)
      if (known instanceof ApiError) countRefusal(known.code)
      return replyWithError(known, error, request, reply)
    })
  },
  { name: 'error-handler' },
)

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
    return sendJson(reply, 400, fieldErrorTexts(known.errors, requestLanguage(request)))
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
  const { message = known.code, params, extra, retryAfter } = known.options
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (errorCodes[known.code].retry) reply.header('retry-after', retryAfter ?? 1)
  if (status === 426) reply.header('upgrade', 'websocket').header('connection', 'upgrade')
  const detail = translate(requestLanguage(request), message, { request_id: request.id, ...params })
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
