import type { BaseLogger } from 'pino'

const windowMs = 10 * 60_000
/** In every window: who draws new origins fills no disk. */
const most = 20

/** Told of every page that was refused for its origin; leaves a line for each origin, from time to time. */
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
