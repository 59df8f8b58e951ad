/** An entry of CORS_ORIGINS as it is compared with: `*`, `localhost`, an origin, or one with `*` for its first label. */
export interface ReadOrigins {
  readonly origins: readonly string[]
  /** What is wrong with the entries that are none of these, and what to write. */
  readonly errors: readonly string[]
}

/** Reads CORS_ORIGINS: origins become what browsers send, without a final slash, capitals, default ports. */
export function readOrigins(text: string): ReadOrigins {
  const read = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(readOrigin)
  return {
    origins: [...new Set(read.flatMap((one) => ('origin' in one ? [one.origin] : [])))],
    errors: read.flatMap((one) => ('error' in one ? [`CORS_ORIGINS: ${one.error}`] : [])),
  }
}

type Read = { readonly origin: string } | { readonly error: string }

function readOrigin(entry: string): Read {
  if (entry === '*' || entry === 'localhost') return { origin: entry }
  if (entry === 'null') return { error: '`null` is sent by pages of nobody and cannot be let in' }
  const [scheme, rest] = entry.split('://') as [string, string | undefined]
  if (rest === undefined) return { error: withoutScheme(entry) }
  if (/[?#@]|\/./.test(rest))
    return { error: `${entry} is more than an origin: write ${scheme}://${rest.split(/[/?#]/)[0]}` }
  const wildcard = rest.startsWith('*.')
  const place = wildcard ? rest.slice(2) : rest
  if (place.includes('*'))
    return { error: `${entry}: \`*\` can only be the whole first label: write ${scheme}://*.example.com` }
  const origin = originOf(scheme, place)
  if (origin === null) return { error: `${entry} is no origin: write https://cafe.example.com` }
  if (!wildcard) return { origin }
  const [, host = ''] = origin.split('://')
  return /^([^.:]+\.)+[a-z][^.:]*(:\d+)?$/.test(host)
    ? { origin: origin.replace('://', '://*.') }
    : { error: `${entry} lets in whole domains of others: write ${scheme}://*.cafe.example` }
}

function withoutScheme(entry: string): string {
  if (entry.startsWith('*')) return `${entry} has no scheme: write https://*.cafe.example`
  const host = entry.replace(/\/.*$/, '')
  const isHere = /^(localhost|127\.|\[::1\])/.test(host)
  return `${entry} has no scheme: write ${isHere ? 'http' : 'https'}://${host}`
}

/** As browsers write it in `Origin`; null for what is none. Apps in a frame of their own have schemes of their own. */
function originOf(scheme: string, place: string): string | null {
  const isWeb = /^https?$/i.test(scheme)
  const text = `${scheme}://${place}`
  if (!/^[a-z][a-z\d+.-]*$/i.test(scheme) || !URL.canParse(text)) return null
  const { origin, protocol, host } = new URL(text)
  if (host === '') return null
  return isWeb ? origin : `${protocol}//${host.toLowerCase()}`
}

const localhost = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

interface Settings {
  /** As `readOrigins` gives them. */
  readonly corsOrigins: readonly string[]
}

/** What `Origin` headers are compared with, `localhost` standing for every port of this machine; `*` for all. */
export const wantedOrigins = ({ corsOrigins }: Settings): '*' | (string | RegExp)[] =>
  corsOrigins.includes('*')
    ? '*'
    : corsOrigins.map((origin) =>
        origin === 'localhost' ? localhost : origin.includes('://*.') ? patternOf(origin) : origin,
      )

/** Exactly one label in place of the star, as in certificates (RFC 9525 §6.3). */
const patternOf = (wildcard: string): RegExp =>
  new RegExp(`^${wildcard.replaceAll('.', '\\.').replace('*', '[a-z\\d_-]+')}$`)

/**
 * Whether a page may come here: one of CORS_ORIGINS, or the page of this very host. What sends no origin is no browser,
 * and has nothing to be protected from.
 * @param noteRefused told of the origins of those that may not
 */
export function createOriginCheck(config: Settings, noteRefused: (origin: string) => void) {
  const wanted = wantedOrigins(config)
  return (origin: string | undefined, host: string): boolean => {
    if (origin === undefined || wanted === '*') return true
    const named = (one: string | RegExp) => (typeof one === 'string' ? one === origin : one.test(origin))
    if (wanted.some(named) || isOwn(origin, host)) return true
    noteRefused(origin)
    return false
  }
}

/** With default ports left out on both sides, as browsers and proxies do. */
function isOwn(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const page = new URL(origin)
  const here = `${page.protocol}//${host}`
  return URL.canParse(here) && new URL(here).host === page.host
}
