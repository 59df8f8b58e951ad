import type { Teardown } from './teardown.ts'
import { waitUntil } from './wait.ts'

const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'Timeout', 'Immediate', 'ProcessWrap']

/**
 * Fails the test when it leaves sockets, servers, timers or processes behind that keep the process alive. Call it first:
 * teardowns run in reverse order, and this one must run last.
 */
export function failOnLeaks(t: Teardown): void {
  const before = count()
  t.teardown(async () => {
    let left = ''
    try {
      await waitUntil(
        () => {
          const now = count()
          left = kinds
            .filter((kind) => now[kind]! > before[kind]!)
            .map((kind) => `${now[kind]! - before[kind]!} ${kind}`)
            .join(', ')
          return left === ''
        },
        { what: 'everything is closed', timeoutMs: 5000 },
      )
    } catch {
      throw new Error(`the test leaves behind: ${left}`)
    }
  })
}

function count(): Record<string, number> {
  const active = process.getActiveResourcesInfo()
  return Object.fromEntries(kinds.map((kind) => [kind, active.filter((name) => name === kind).length]))
}
