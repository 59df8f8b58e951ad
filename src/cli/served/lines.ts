import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Language } from '../../i18n/messages.ts'

/** Protocol between terminal and service: one JSON value per line. */

/** The first line from the terminal. */
export interface Call {
  readonly name: string
  readonly args: readonly string[]
  /** Language of the terminal. */
  readonly language: Language
  /** The folder to which file names are relative. */
  readonly folder: string
}

/** Lines from the service. The last one has the result. */
export type Said =
  | { readonly print: string }
  | { readonly askPassword: { readonly fromInput: boolean } }
  | { readonly fault: string; readonly code: number }
  | { readonly done: number }

/** The terminal's answer to a question. */
export type Answer = { readonly password: string } | { readonly fault: string }

export interface Lines<In, Out> {
  /** Null when the other side has closed, or after `stopReading`. */
  read(): Promise<In | null>
  write(value: Out): void
  /** Stops reading; lines already written are still sent. */
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
