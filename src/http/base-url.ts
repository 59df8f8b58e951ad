import type { FastifyRequest } from 'fastify'

/**
 * Where the client reached us, seen through proxies. The host is the client's own word and ends up in links, and in
 * commands to paste into a shell: only one made of the characters of a host name and port is believed.
 */
export function baseUrlOf(
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
  fallbackHost = 'localhost',
): string {
  const believable =
    URL.canParse(`http://${host}`) && /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host)
  return `${protocol === 'https' ? 'https' : 'http'}://${believable ? host : fallbackHost}`
}
