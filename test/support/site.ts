import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Teardown } from './teardown.ts'

/** Pages at an origin of their own, as those of a front end are. */
export interface Site {
  readonly origin: string
  /** By path; `*` answers every other path. May be filled later. */
  readonly pages: Map<string, Page>
}

type Page = [type: string, text: string]

export async function startSite(t: Teardown, ...pages: [path: string, page: Page][]): Promise<Site> {
  const all = new Map<string, Page>(pages)
  const server = createServer(({ url }, response) => {
    const [type, text] = all.get(url!) ?? all.get('*') ?? ['text/plain', '']
    response.setHeader('content-type', type).end(text)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pages: all }
}

/** The origin of a site of one page. */
export const servePage = async (t: Teardown, html: string): Promise<string> =>
  (await startSite(t, ['*', ['text/html', html]])).origin
