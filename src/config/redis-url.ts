/** Address and topology of Redis, parsed from REDIS_URL. */
export interface RedisAddress {
  readonly kind: 'standalone' | 'sentinel' | 'cluster'
  /** The server, the sentinels, or some cluster nodes from which the others are discovered. */
  readonly nodes: readonly RedisNode[]
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  /** Name of the master at the sentinels. */
  readonly master?: string
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export const redisUrlForms =
  'redis://host:6379, redis+sentinel://host:26379,host2:26379/mymaster or redis+cluster://host:6379,host2:6379; rediss for TLS'

const form =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^/?#@]+)(?:\/(?<path>[^/?#]*))?$/
const nodeForm = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<host>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/i

/**
 * Parses a REDIS_URL. User name and password are percent-encoded.
 * @returns undefined when it has none of the valid forms
 */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const parts = form.exec(url)?.groups
  if (!parts) return undefined
  const kind = (parts.kind ?? 'standalone') as RedisAddress['kind']
  const nodes = parts.nodes!.split(',').map((text) => parseNode(text, kind === 'sentinel' ? 26_379 : 6379))
  if (nodes.some((node) => !node) || (kind === 'standalone' && nodes.length > 1)) return undefined
  // pub/sub ignores database numbers, so they are allowed and unused
  if (kind === 'sentinel' ? !parts.path : !/^\d*$/.test(parts.path ?? '')) return undefined
  try {
    return {
      kind,
      nodes: nodes as RedisNode[],
      tls: parts.tls === 's',
      ...(parts.user && { username: decodeURIComponent(parts.user) }),
      ...(parts.password && { password: decodeURIComponent(parts.password) }),
      ...(kind === 'sentinel' && { master: decodeURIComponent(parts.path!) }),
    }
  } catch {
    return undefined
  }
}

function parseNode(text: string, defaultPort: number): RedisNode | undefined {
  const parts = nodeForm.exec(text)?.groups
  const port = Number(parts?.port ?? defaultPort)
  if (!parts || port < 1 || port > 65_535) return undefined
  return { host: (parts.bracketed ?? parts.host)!, port }
}
