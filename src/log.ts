import { pino } from 'pino'
import type { Logger } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config.ts'

interface Request {
  id?: string
  method?: string
  url?: string
  ip?: string
}

/** JSON lines; in a terminal, lines for people. What may hold a token or a password is never written. */
export function createLog(config: Config, terminal: boolean): Logger {
  const options = {
    level: config.logLevel,
    serializers: { req: requestForLog },
    redact: ['req.headers.authorization', '*.password', '*.token', '*.refresh', '*.access'],
  }
  return terminal
    ? pino(options, pretty({ translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }))
    : pino(options)
}

/** Query strings stay out of the log: sockets and tickets carry secrets there. */
const requestForLog = ({ id, method, url, ip }: Request) => ({ id, method, path: url?.split('?', 1)[0], ip })
