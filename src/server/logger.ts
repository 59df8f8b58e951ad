import { pino } from 'pino'
import type { DestinationStream, Logger, SerializedError } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from '../config/config.ts'

interface Request {
  id?: string
  method?: string
  url?: string
  ip?: string
}

/**
 * JSON lines, to standard output unless said otherwise; in a terminal, lines for people. What may hold a token or a
 * password is never written.
 */
export function createLog(
  config: Pick<Config, 'logLevel'>,
  terminal: boolean,
  destination: DestinationStream = pino.destination(1),
): Logger {
  const options = {
    level: config.logLevel,
    serializers: { req: requestForLog, err: errorForLog },
    redact: [
      'req.headers.authorization',
      '*.password',
      '*.token',
      '*.refresh',
      '*.access',
      '*.ticket',
      '*.old_password',
      '*.new_password',
    ],
  }
  return terminal
    ? pino(options, pretty({ translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }))
    : pino(options, destination)
}

/** Query strings stay out of the log: sockets and tickets carry secrets there. */
const requestForLog = ({ id, method, url, ip }: Request) => ({ id, method, path: url?.split('?', 1)[0], ip })

/**
 * What went wrong and where, and none of the values that drivers attach to it: parameters of the statement, the row it
 * was about.
 */
function errorForLog(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  // the wrapper of a failed statement quotes its parameters even in its message; the driver's error is the cause
  const error = 'params' in thrown && thrown.cause instanceof Error ? thrown.cause : thrown
  const { type, message, stack, code, query, constraint, constraint_name } = pino.stdSerializers.err(
    error,
  ) as SerializedError & Partial<Record<'code' | 'query' | 'constraint' | 'constraint_name', unknown>>
  return { type, message, stack, code, query, constraint: constraint ?? constraint_name }
}
