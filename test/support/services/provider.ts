import { createServer } from 'node:http'
import { providerSocket } from '../rig.ts'
import type { Content, Wanted } from '../rig.ts'
import { openTemplates } from '../templates.ts'
import { programPath } from './programs.ts'
import type { ProgramName } from './programs.ts'
import { ServiceError } from './service-error.ts'
import { bringRedis } from './services.ts'

/**
 * Gives test files what they ask for (`Wanted`), made when the first of them does: a test that needs no PostgreSQL starts none.
 * @param onStop gets what takes each of it down, in the order in which it was made
 */
export async function startProvider(
  folder: string,
  onStop: (stop: () => Promise<unknown>) => void,
): Promise<void> {
  const made = new Map<Wanted, Promise<string>>()
  const templates = openTemplates(folder, onStop)

  const make = async (wanted: Wanted): Promise<string> => {
    const [kind, name, content] = wanted.split('/')
    if (kind === 'program') return programPath(name as ProgramName)
    if (kind === 'redis') return bringRedis(folder, onStop)
    if (kind === 'postgresql') return templates.serverUrl()
    return name === 'embedded'
      ? templates.embedded(content as Content)
      : templates.postgres(content as Content)
  }
  const server = createServer((request, response) => {
    const wanted = request.url!.slice(1) as Wanted
    const value = made.get(wanted) ?? make(wanted)
    made.set(wanted, value)
    value.then(
      (text) => response.end(text),
      (error: Error) =>
        response
          .writeHead(500)
          .end(error instanceof ServiceError ? error.message : `${wanted}: ${error.stack}`),
    )
  })
  await new Promise<void>((resolve) => server.listen(providerSocket(folder), resolve))
  onStop(() => new Promise((resolve) => server.close(resolve)))
}
