import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ErrorCode } from './errors.ts'

const name = 'cafe_requests_refused_total'

/** Limits that ordinary clients do not reach, unless a limit is set too low. */
const limits: ReadonlySet<ErrorCode> = new Set([
  'throttled',
  'too_many_requests',
  'too_many_streams',
  'payload_too_large',
  'headers_too_large',
  'request_timeout',
] satisfies ErrorCode[])

/** Counts the refusals by limits. The HTTP server and the app share one counter. */
export function refusalsIn(registry: Registry): (code: ErrorCode) => void {
  const counter =
    (registry.getSingleMetric(name) as Counter<'code'> | undefined) ??
    new Counter({
      name,
      help: 'Requests refused because of a limit, by error code.',
      labelNames: ['code'],
      registers: [registry],
    })
  return (code) => {
    if (limits.has(code)) counter.inc({ code })
  }
}
