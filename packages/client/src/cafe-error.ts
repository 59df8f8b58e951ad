/** An answer of the API that is no success, or none at all. */
export class CafeError extends Error {
  override readonly name = 'CafeError'
  /** 0 when there was no answer. */
  readonly status: number
  /** As docs/errors.md lists them; `invalid` for a 400 that names fields, `network` and `timeout` without an answer. */
  readonly code: string
  /** The texts for people by field, in the shape of the body that was sent; only with `invalid`. */
  readonly fields: Readonly<Record<string, unknown>> | null
  /** What else came with it, such as `current` of a `version_conflict`. */
  readonly body: Readonly<Record<string, unknown>> | null
  /** How long the service asks to wait; 0 when it does not. */
  readonly retryAfterMs: number
  readonly requestId: string | null

  constructor(
    message: string,
    about: Pick<CafeError, 'status' | 'code'> &
      Partial<Pick<CafeError, 'fields' | 'body' | 'retryAfterMs' | 'requestId' | 'cause'>>,
  ) {
    super(message, { cause: about.cause })
    this.status = about.status
    this.code = about.code
    this.fields = about.fields ?? null
    this.body = about.body ?? null
    this.retryAfterMs = about.retryAfterMs ?? 0
    this.requestId = about.requestId ?? null
  }
}

/** The service did not do it, or cannot say. */
const transient = [0, 408, 502, 503, 504]

/** Whether the same request may succeed in a while: there was no answer, or none that decides it. */
export const isTransient = ({ status, code }: CafeError): boolean =>
  transient.includes(status) || code === 'idempotency_in_progress'

/** The error of an answer. */
export async function errorOf(reply: Response): Promise<CafeError> {
  const { status, headers } = reply
  const body = await reply.json().then(asObject, () => null)
  const about = {
    status,
    body,
    retryAfterMs: (Number(headers.get('retry-after')) || 0) * 1000,
    requestId: headers.get('x-request-id'),
  }
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown }
  if (typeof code === 'string')
    return new CafeError(typeof detail === 'string' ? detail : code, { ...about, code })
  if (status === 400 && body)
    return new CafeError(firstText(body), { ...about, code: 'invalid', fields: body })
  return new CafeError(`HTTP ${status}`, { ...about, code: `http_${status}` })
}

const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null

/** The first text for a person, however deep it stands. */
function firstText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  for (const inner of Object.values(value)) {
    const text = firstText(inner)
    if (text) return text
  }
  return ''
}
