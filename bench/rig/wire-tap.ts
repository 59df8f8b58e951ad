import { startProxy } from '../../test/support/proxy.ts'
import type { Ear } from '../../test/support/proxy.ts'
import type { Stage } from './stage.ts'

/** One statement as it went over the wire; parameters as text, null for NULL. */
export interface SeenStatement {
  readonly sql: string
  readonly parameters: readonly (string | null)[]
}

/** What was sent before an answer was waited for. */
export type SentTogether = readonly SeenStatement[]

/** A way to PostgreSQL on which one can read along. */
export interface WireTap {
  readonly url: string
  /** The next transaction with a statement that fits, from BEGIN to COMMIT, in the groups that shared a round trip. */
  watch(fits: RegExp): Promise<readonly SentTogether[]>
}

export async function openWireTap(stage: Stage): Promise<WireTap> {
  let watching: { fits: RegExp; done: (groups: SentTogether[]) => void } | null = null
  const listen = (): Ear => {
    const read = createReader()
    let answered = true
    let seen: SeenStatement[][] | null = null
    return {
      client(bytes) {
        for (const statement of read(bytes)) {
          if (/^begin/i.test(statement.sql)) seen = []
          if (!seen) continue
          if (answered || seen.length === 0) seen.push([])
          answered = false
          seen.at(-1)!.push(statement)
          if (!/^commit/i.test(statement.sql)) continue
          const { fits, done } = watching ?? {}
          if (fits && seen.flat().some(({ sql }) => fits.test(sql))) {
            watching = null
            done!(seen)
          }
          seen = null
        }
      },
      service: () => void (answered = true),
    }
  }
  const { url } = await startProxy(stage, stage.postgres.url, 5432, listen)
  return {
    url,
    watch: (fits) => new Promise((resolve) => (watching = { fits, done: resolve })),
  }
}

/** Reads the client's side of the protocol: which statements are executed. */
function createReader(): (chunk: Buffer) => SeenStatement[] {
  let rest: Buffer = Buffer.alloc(0)
  let started = false
  const prepared = new Map<string, string>()
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const statements: SeenStatement[] = []
    for (;;) {
      // the very first message has no type before its length
      const head = started ? 1 : 0
      if (rest.length < head + 4) return statements
      const length = rest.readInt32BE(head)
      if (rest.length < head + length) return statements
      const type = started ? String.fromCharCode(rest[0]!) : ''
      const body = rest.subarray(head + 4, head + length)
      rest = rest.subarray(head + length)
      started = true
      if (type === 'Q') statements.push({ sql: textAt(body, 0).text, parameters: [] })
      if (type === 'P') {
        const name = textAt(body, 0)
        prepared.set(name.text, textAt(body, name.end).text)
      }
      if (type === 'B') statements.push(boundStatement(body, prepared))
    }
  }
}

function boundStatement(body: Buffer, prepared: ReadonlyMap<string, string>): SeenStatement {
  const portal = textAt(body, 0)
  const name = textAt(body, portal.end)
  let at = name.end
  at += 2 + 2 * body.readInt16BE(at)
  const count = body.readInt16BE(at)
  at += 2
  const parameters: (string | null)[] = []
  for (let i = 0; i < count; i++) {
    const length = body.readInt32BE(at)
    at += 4
    parameters.push(length < 0 ? null : body.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return { sql: prepared.get(name.text) ?? '', parameters }
}

function textAt(body: Buffer, from: number): { text: string; end: number } {
  const end = body.indexOf(0, from)
  return { text: body.toString('utf8', from, end), end: end + 1 }
}
