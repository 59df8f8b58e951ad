import type { BaseLogger } from 'pino'

const windowMs = 10 * 60_000
/** Limit of lines per window, so that a client with ever new origins cannot fill the disk. */
const most = 20

/** Records a page refused for its origin; logs one line per origin and window. */
export type NoteRefusedOrigin = (origin: string) => void

export function createRefusedOrigins(
  log: Pick<BaseLogger, 'warn'>,
  now: () => number = Date.now,
): NoteRefusedOrigin {
  const named = new Set<string>()
  let since = now()
  return (origin) => {
    if (now() - since >= windowMs) {
      named.clear()
      since = now()
    }
    if (named.size >= most || named.has(origin)) return
    named.add(origin)
    log.warn({ origin: origin.slice(0, 200) }, 'a page was refused: CORS_ORIGINS does not name its origin')
  }
}
