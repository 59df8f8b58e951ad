import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorCodes } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import type { Language } from '../i18n/messages.ts'
import { defaultLanguage, translate } from '../i18n/translate.ts'

/** Answers, in the documented shape, what never became a request of the app, and closes the connection. */
export function sendRawError(
  connection: Duplex,
  code: ErrorCode,
  language: Language = defaultLanguage,
): void {
  const body = JSON.stringify({ detail: translate(language, code), code })
  const { status, retry } = errorCodes[code]
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(retry ? ['Retry-After: 1'] : []),
  ]
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
