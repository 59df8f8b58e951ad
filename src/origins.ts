import type { Config } from './config.ts'

const localhost = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** The origins of CORS_ORIGINS, `localhost` standing for every port of this machine; `*` for all. */
export const wantedOrigins = ({ corsOrigins }: Pick<Config, 'corsOrigins'>): '*' | (string | RegExp)[] =>
  corsOrigins.includes('*')
    ? '*'
    : corsOrigins.flatMap((origin): (string | RegExp)[] => (origin === 'localhost' ? [localhost] : [origin]))

/**
 * Whether a socket may come from a page of an origin: one of CORS_ORIGINS, or the page of this very host. What sends no
 * origin is no browser, and has nothing to be protected from.
 */
export function createOriginCheck(config: Pick<Config, 'corsOrigins'>) {
  const wanted = wantedOrigins(config)
  return (origin: string | undefined, host: string): boolean => {
    if (origin === undefined || wanted === '*') return true
    const named = (one: string | RegExp) => (typeof one === 'string' ? one === origin : one.test(origin))
    return wanted.some(named) || isOwn(origin, host)
  }
}

/** With default ports left out on both sides, as browsers and proxies do. */
function isOwn(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const page = new URL(origin)
  const here = `${page.protocol}//${host}`
  return URL.canParse(here) && new URL(here).host === page.host
}
