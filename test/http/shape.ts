import { errorCodes } from '../../src/http/errors.ts'
import { messages } from '../../src/i18n/messages.ts'

/** An answer as `inject` and `fetch` agree on it. */
export interface Answer {
  status: number
  headers: Record<string, unknown>
  text: string
}

/** What is wrong with an answer, by the documented shapes; null when nothing is. A 5xx is always wrong. */
export function faultOf({ status, headers, text }: Answer): string | null {
  if (status >= 500) return `status ${status}`
  if (status === 204) return text === '' ? null : '204 with a body'
  if (!String(headers['content-type']).startsWith('application/json')) return 'no JSON'
  const body = parsed(text)
  if (body === undefined) return 'JSON that cannot be read'
  if (status < 400) return null
  if (/node_modules|\bat \w+ \(|FST_ERR|violates|syntax error|drizzle/i.test(text)) return 'shows the inside'
  if (!isObject(body)) return 'no object'
  if (status === 400 && !('detail' in body && 'code' in body)) {
    return isFieldFaults(body) ? null : 'names no field'
  }
  return detailFault(status, headers, body)
}

function detailFault(
  status: number,
  headers: Record<string, unknown>,
  { detail, code }: Record<string, unknown>,
): string | null {
  if (typeof detail !== 'string' || detail === '' || placeholder.test(detail)) return 'no detail'
  const known = Object.entries(errorCodes).find(([name]) => name === code)?.[1]
  if (!known) return `unknown code ${String(code)}`
  if (known.status !== status) return `code ${String(code)} with status ${status}`
  const needed = neededHeaders[status]
  return needed && headers[needed] === undefined ? `no ${needed}` : null
}

/** A parameter of a message that nobody filled in. */
const placeholder = new RegExp(
  [...new Set(Object.values(messages).flatMap(({ ru }) => ru.match(/\{\w+\}/g) ?? []))].join('|'),
)

const neededHeaders: Record<number, string> = {
  401: 'www-authenticate',
  405: 'allow',
  426: 'upgrade',
  429: 'retry-after',
  503: 'retry-after',
}

/** `{"field": ["message", …]}`, nested like the body; at least one message, none with an unfilled placeholder. */
function isFieldFaults(value: unknown): boolean {
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'string')) {
      return value.length > 0 && value.every((message) => message !== '' && !placeholder.test(message))
    }
    const faulty = value.filter((entry) => isObject(entry) && Object.keys(entry).length > 0)
    return value.every(isObject) && faulty.length > 0 && faulty.every(isFieldFaults)
  }
  if (!isObject(value)) return false
  const inner = Object.values(value)
  return inner.length > 0 && inner.every(isFieldFaults)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
