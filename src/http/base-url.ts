import type { FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'

/**
 * The base address under which the client reached the service, seen through proxies. The client chooses the host, which
 * appears in links and in commands to paste into a shell: only the characters of a host name and port are accepted.
 */
export function baseUrlOf(
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
  fallbackHost = 'localhost',
): string {
  const believable =
    URL.canParse(`http://${host}`) && /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host)
  return `${protocol === 'https' ? 'https' : 'http'}://${believable ? host : fallbackHost}`
}

/** The public address of the service; without one, that under which the client reached it. */
export const addressOf = (
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  { publicUrl, port }: Pick<Config, 'publicUrl' | 'port'>,
): string => publicUrl ?? baseUrlOf(request, `localhost:${port}`)
