/** An answer of the API. */
export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body
}

interface Request {
  token?: string
  /** Sent as JSON; a string as it is; left out: an empty body with a JSON content type, as Postman sends it. */
  body?: unknown
  headers?: Record<string, string>
  /** How long to wait for the answer. */
  timeoutMs?: number
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Sends one request. `Body` is what the caller takes the answer for. */
export async function request<Body = Record<string, unknown>>(
  baseUrl: string,
  method: Method,
  path: string,
  { token, body, headers = {}, timeoutMs = 15_000 }: Request = {},
): Promise<Answer<Body>> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parse(text) as Body }
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
