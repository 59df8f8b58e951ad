import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorCodes } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import { translate } from './language/translate.ts'

/** Answers, in the documented shape and in Russian, what never became a request, and ends the connection. */
export function endWithFault(connection: Duplex, fault: ErrorCode): void {
  const body = JSON.stringify({ detail: translate('ru', fault), code: fault })
  const { status } = errorCodes[fault]
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
