import type { Message, MessageKey, MessageParams } from '../i18n/messages.ts'

/**
 * Every error code of the API, with its status, whether the same request may succeed later, and what it means. The text
 * for people has the same name in the language catalogue unless `message` of the error names another.
 */
export const errorCodes = {
  broken_json: { status: 400, retry: false, meaning: 'the body is no JSON' },
  bad_request: { status: 400, retry: false, meaning: 'what came is no HTTP request' },
  not_authenticated: {
    status: 401,
    retry: false,
    meaning: 'no token was sent, or not as `Authorization: Bearer <token>`',
  },
  token_not_valid: {
    status: 401,
    retry: false,
    meaning: 'the token is forged, expired, revoked or of another kind',
  },
  authentication_failed: { status: 401, retry: false, meaning: 'wrong e-mail or password' },
  permission_denied: { status: 403, retry: false, meaning: 'the role does not allow this' },
  discount_above_limit: {
    status: 403,
    retry: false,
    meaning: 'the discount is larger than the company lets this role give',
  },
  no_company: { status: 403, retry: false, meaning: 'the user belongs to no company' },
  no_branch: {
    status: 403,
    retry: false,
    meaning: 'the employee has no branch in a company that has branches',
  },
  not_found: { status: 404, retry: false, meaning: 'no such object here, or it belongs to another company' },
  invalid_page: { status: 404, retry: false, meaning: 'the page is past the end of the list' },
  method_not_allowed: { status: 405, retry: false, meaning: 'the path exists, the method does not' },
  task_taken: {
    status: 409,
    retry: false,
    meaning: 'the task is claimed by someone else or no longer pending',
  },
  last_owner: { status: 409, retry: false, meaning: 'the company would be left without an active owner' },
  in_use: { status: 409, retry: false, meaning: 'other rows need it, so it cannot be deleted' },
  branch_closed: {
    status: 409,
    retry: false,
    meaning: 'the branch is closed (`is_active` false): no new orders or bookings there',
  },
  not_enough_places: {
    status: 409,
    retry: false,
    meaning:
      'the table has fewer `places` than the booking has `guests`; send it again with `confirm: true` if this is intended',
  },
  id_taken: {
    status: 409,
    retry: false,
    meaning: 'an order with this id was taken with other content; `current` is the order, `sent` the request',
  },
  list_incomplete: {
    status: 409,
    retry: false,
    meaning:
      'the list leaves out what its sender may never have seen; `current` is the order: read it, then send the list again',
  },
  order_not_open: { status: 409, retry: false, meaning: 'the order is closed or cancelled' },
  illegal_transition: { status: 409, retry: false, meaning: 'the status cannot change this way' },
  already_paid: { status: 409, retry: false, meaning: 'the order is already paid' },
  order_on_debt: {
    status: 409,
    retry: false,
    meaning: 'the rest of the order is a debt: take it by pay-debt. Until then its client cannot change',
  },
  client_owes: {
    status: 409,
    retry: false,
    meaning: 'the client has unpaid debts, so it cannot be deleted',
  },
  no_debt: { status: 409, retry: false, meaning: 'nothing is owed on the order' },
  nothing_to_refund: { status: 409, retry: false, meaning: 'everything that was paid is refunded already' },
  refund_above_paid: {
    status: 409,
    retry: false,
    meaning: 'the units cost more than is left to refund',
  },
  request_timeout: { status: 408, retry: true, meaning: 'the request did not arrive completely in time' },
  idempotency_in_progress: {
    status: 409,
    retry: true,
    meaning: 'a request with the same Idempotency-Key is still in progress',
  },
  version_conflict: { status: 412, retry: false, meaning: 'the object has changed since it was read' },
  payload_too_large: { status: 413, retry: false, meaning: 'the body is larger than allowed' },
  idempotency_key_reused: {
    status: 422,
    retry: false,
    meaning: 'the key was used before with another request',
  },
  unsupported_media_type: { status: 415, retry: false, meaning: 'the content type is not supported' },
  upgrade_required: { status: 426, retry: false, meaning: 'a plain request on a WebSocket path' },
  headers_too_large: {
    status: 431,
    retry: false,
    meaning: 'the address and headers are larger than allowed',
  },
  throttled: { status: 429, retry: true, meaning: 'too many failed attempts' },
  too_many_requests: {
    status: 429,
    retry: true,
    meaning: 'the user, or the address if nobody is signed in, sends more requests than allowed',
  },
  too_many_streams: {
    status: 429,
    retry: true,
    meaning: 'the user already has as many sockets, event streams and waiting requests as allowed',
  },
  internal: { status: 500, retry: false, meaning: 'an error in the service; report the request id' },
  unavailable: {
    status: 503,
    retry: true,
    meaning: 'something that the request needs cannot be reached at the moment',
  },
} as const satisfies Record<string, { status: number; retry: boolean; meaning: string }>

export type ErrorCode = keyof typeof errorCodes

interface ApiErrorOptions {
  /** The text for people, if it is not that of the code. */
  message?: MessageKey
  params?: MessageParams
  /** Further keys of the body, such as who claimed a task. */
  extra?: Record<string, unknown>
  /** Seconds for `Retry-After`. */
  retryAfter?: number
  cause?: unknown
}

/** An error of the table above: `{"detail", "code", …extra}`. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ErrorCode
  readonly options: ApiErrorOptions

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(code, { cause: options.cause })
    this.code = code
    this.options = options
  }
}

/** Errors of a body or query, in its shape: `{"guests": […], "items": [{}, {"quantity": […]}]}`. */
export interface FieldErrors {
  [field: string]: Message[] | FieldErrors[] | FieldErrors
}

/** 400 whose body names the wrong fields. */
export class FieldError extends Error {
  override name = 'FieldError'
  readonly errors: FieldErrors

  constructor(errors: FieldErrors) {
    super('bad fields')
    this.errors = errors
  }
}

/** 400 on one field. */
export const fieldError = (field: string, key: MessageKey, params?: MessageParams): FieldError =>
  new FieldError({ [field]: [{ key, params }] })

/** 400 for a body that names an object which this actor cannot see. */
export const unknownReference = (field: string, id: string): FieldError =>
  fieldError(field, 'unknown_reference', { id })

/** 404, the same for a missing object and for one that the actor may not see. */
export const notFound = (): ApiError => new ApiError('not_found')
