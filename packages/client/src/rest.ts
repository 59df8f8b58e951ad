import { waitMs } from './backoff.ts'
import { CafeError, errorOf, isTransient } from './cafe-error.ts'
import type { AnswerOf, Arguments, Method, PathOf, SendOptions } from './cafe-types.ts'
import { environment } from './environment.ts'
import { newKey } from './new-key.ts'
import { pasted } from './token.ts'
import type { GetToken } from './token.ts'

export interface CafeOptions {
  /** Address of the service; in a browser relative to the page. */
  readonly url: string | URL
  /** Gives an access token, as for `connect`. Without it requests are sent without one. */
  readonly getToken?: GetToken | undefined
  /** `ru` or `en`, for the texts of errors, where the person has chosen none. */
  readonly language?: string | undefined
  /** How long one attempt may take. Default: 15000. */
  readonly timeoutMs?: number | undefined
  /** How often a request that may be repeated is sent at most. Default: 4. */
  readonly attempts?: number | undefined
  readonly fetch?: typeof fetch | undefined
}

/** Any request, for what is not known when it is written. */
export interface AnyRequest extends SendOptions {
  readonly path?: Readonly<Record<string, string>> | undefined
  readonly query?: object | undefined
  readonly body?: unknown
}

type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...request: Arguments<M, P>
) => Promise<AnswerOf<M, P>>

/** The REST API. Every method resolves to the body of the answer and fails with a `CafeError`. */
export interface Cafe {
  readonly url: URL
  readonly getToken: GetToken | undefined
  readonly get: Call<'get'>
  readonly post: Call<'post'>
  readonly put: Call<'put'>
  readonly patch: Call<'patch'>
  readonly delete: Call<'delete'>
  /** The same without types. */
  request(method: Method, path: string, request?: AnyRequest): Promise<unknown>
}

/** What may be sent again although nobody knows whether it was carried out. */
const isRepeatable = (method: Method) => method === 'get' || method === 'post'
const longestWaitMs = 30_000

export function createCafe(options: CafeOptions): Cafe {
  const { getToken, language, timeoutMs = 15_000, attempts = 4 } = options
  const base = new URL(options.url, environment.location?.href)
  const send = options.fetch ?? fetch

  async function request(method: Method, path: string, asked: AnyRequest = {}): Promise<unknown> {
    const { signal = new AbortController().signal } = asked
    const key = method === 'post' ? (asked.idempotencyKey ?? newKey()) : undefined
    let reason: 'connect' | 'refused' = 'connect'
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(method, path, asked, { key, signal, reason })
      } catch (error) {
        if (!(error instanceof CafeError)) throw error
        const mayRenew = error.status === 401 && getToken && reason === 'connect'
        if (!mayRenew && !(attempt < attempts && mayRepeat(method, error))) throw error
        if (mayRenew) reason = 'refused'
        else await pause(waitMs(attempt - 1, error.retryAfterMs), signal)
      }
    }
  }

  async function once(
    method: Method,
    path: string,
    { body, version, headers, path: names = {}, query = {} }: AnyRequest,
    { key, signal, reason }: { key: string | undefined; signal: AbortSignal; reason: 'connect' | 'refused' },
  ): Promise<unknown> {
    const token = await getToken?.({ reason, signal })
    if (reason === 'refused' && !token)
      throw new CafeError('Nobody is logged in.', { status: 401, code: 'logged_out' })
    const isForm = typeof FormData !== 'undefined' && body instanceof FormData
    return await withinTime(signal, (signal) =>
      send(addressOf(base, path, names, query), {
        method: method.toUpperCase(),
        signal,
        headers: {
          accept: 'application/json',
          ...(token && { authorization: `Bearer ${pasted(token)}` }),
          ...(language && { 'accept-language': language }),
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
          ...(key && { 'idempotency-key': key }),
          ...(version !== undefined && { 'if-match': `W/"${version}"` }),
          ...headers,
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      }).then(async (reply) => {
        if (!reply.ok) throw await errorOf(reply)
        const text = await reply.text()
        return text === '' ? undefined : (JSON.parse(text) as unknown)
      }),
    )
  }

  /** Fails with `timeout` or `network` when there is no answer, and with the reason of the signal when that is aborted. */
  async function withinTime<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const attempt = new AbortController()
    const abort = () => attempt.abort(signal.reason)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    let late = false
    const timer = setTimeout(() => {
      late = true
      attempt.abort()
    }, timeoutMs)
    try {
      return await work(attempt.signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof CafeError) throw error
      const code = late ? 'timeout' : 'network'
      throw new CafeError(`no answer: ${code}`, { status: 0, code, cause: error })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  const call = (method: Method) => (path: string, asked?: AnyRequest) => request(method, path, asked)
  return {
    url: base,
    getToken,
    get: call('get') as Call<'get'>,
    post: call('post') as Call<'post'>,
    put: call('put') as Call<'put'>,
    patch: call('patch') as Call<'patch'>,
    delete: call('delete') as Call<'delete'>,
    request,
  }
}

/** Whether the same request may succeed in a while, and does no harm when it arrives twice. */
function mayRepeat(method: Method, error: CafeError): boolean {
  if (error.retryAfterMs > longestWaitMs) return false
  // refused before anything was done
  if (error.code === 'too_many_requests') return true
  return isRepeatable(method) && isTransient(error)
}

function addressOf(base: URL, path: string, names: Readonly<Record<string, string>>, query: object): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''))
  const address = new URL(base)
  address.pathname = address.pathname.replace(/\/$/, '') + filled
  address.search = ''
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) address.searchParams.set(name, String(value))
  return address.href
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
