import type { Ear } from '../support/proxy.ts'

/**
 * Counts the round trips that clients of PostgreSQL wait for: those of statements that are sent while everything sent
 * before has been answered. Statements that go out together share one.
 */
export function roundTripCounter() {
  let count = 0
  return {
    get count() {
      return count
    },
    listen(): Ear {
      let unanswered = 0
      const sent = kindsOf(startup)
      const answered = kindsOf(0)
      return {
        client(bytes) {
          for (const kind of sent(bytes)) {
            if (!asks.has(kind)) continue
            if (unanswered === 0) count++
            unanswered++
          }
        },
        service(bytes) {
          for (const kind of answered(bytes))
            if (kind === readyForQuery) unanswered = Math.max(0, unanswered - 1)
        },
      }
    },
  }
}

/** Query, Sync: each is answered by one ReadyForQuery (PostgreSQL, Frontend/Backend Protocol). */
const asks = new Set(['Q', 'S'])
const readyForQuery = 'Z'

/** The first message of a client has no kind, only a length. */
const startup = 1

/** Reads a stream of messages, each of a kind of one byte and a length of four that counts itself. */
function kindsOf(untyped: number): (bytes: Buffer) => string[] {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    const kinds: string[] = []
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const kindBytes = untyped > 0 ? 0 : 1
      if (rest.length < kindBytes + 4) return kinds
      const end = kindBytes + rest.readUInt32BE(kindBytes)
      if (rest.length < end) return kinds
      if (kindBytes === 0) untyped--
      else kinds.push(String.fromCharCode(rest[0]!))
      rest = rest.subarray(end)
    }
  }
}
