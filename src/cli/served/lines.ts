import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Language } from '../../i18n/messages.ts'

/** What the terminal and the service say to each other: one JSON value a line. */

/** The first line of the terminal. */
export interface Call {
  readonly name: string
  readonly args: readonly string[]
  /** Of the terminal. */
  readonly language: Language
  /** What names of files begin from. */
  readonly folder: string
}

/** From the service. The last one says how it ended. */
export type Said =
  | { readonly print: string }
  | { readonly askPassword: { readonly fromInput: boolean } }
  | { readonly fault: string; readonly code: number }
  | { readonly done: number }

/** What the terminal answers to a question. */
export type Answer = { readonly password: string } | { readonly fault: string }

export interface Lines<In, Out> {
  /** Null when the other side has gone, or nothing more is wanted of it. */
  read(): Promise<In | null>
  write(value: Out): void
  /** Reads no more; what is written still goes out. */
  stopReading(): void
}

export function linesOf<In, Out>(socket: Socket): Lines<In, Out> {
  const reader = createInterface({ input: socket })
  const lines = reader[Symbol.asyncIterator]()
  return {
    async read() {
      const { value, done } = await lines.next()
      return done ? null : (JSON.parse(value) as In)
    },
    write(value) {
      if (socket.writable) socket.write(`${JSON.stringify(value)}\n`)
    },
    stopReading: () => reader.close(),
  }
}
