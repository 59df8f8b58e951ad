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
 * Writes JSON lines, by default to standard output; in a terminal, formatted lines. Tokens and passwords are never
 * written.
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

/** Without the query string: tokens and tickets of sockets are in it. */
const requestForLog = ({ id, method, url, ip }: Request) => ({ id, method, path: url?.split('?', 1)[0], ip })

/**
 * The error and its stack, without the values that drivers attach: the parameters of the statement and the row.
 */
function errorForLog(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  // drizzle's wrapper quotes the parameters even in its message; its cause is the driver's error
  const error = 'params' in thrown && thrown.cause instanceof Error ? thrown.cause : thrown
  const { type, message, stack, code, query, constraint, constraint_name } = pino.stdSerializers.err(
    error,
  ) as SerializedError & Partial<Record<'code' | 'query' | 'constraint' | 'constraint_name', unknown>>
  return { type, message, stack, code, query, constraint: constraint ?? constraint_name }
}
