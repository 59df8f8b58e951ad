import { styleText } from 'node:util'
import type { CommandContext } from '../command.ts'

/** A message of a socket or a stream, as far as it is shown. */
export interface ShownMessage {
  readonly type: string
  readonly seq?: number
  readonly at?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly reason?: string
}

/** Prints messages as `--json` asks: each as the service sends it, else in a line for a person. */
export const messagePrinter =
  (
    { json }: { readonly json?: boolean },
    { print, isTerminal }: Pick<CommandContext, 'print' | 'isTerminal'>,
  ) =>
  (message: ShownMessage, text = JSON.stringify(message)): void =>
    print(`${json ? text : lineOf(message, isTerminal ?? false)}\n`)

type Color = Parameters<typeof styleText>[0]

const colors: [beginning: string, color: Color][] = [
  ['order_', 'green'],
  ['table_', 'cyan'],
  ['booking_', 'cyan'],
  ['kitchen_', 'yellow'],
  ['menu_', 'magenta'],
  ['notification', 'blue'],
  ['unread_', 'blue'],
]

/** A message in one line for a person: time, number, type, and what it is about. */
export function lineOf(message: ShownMessage, isColored: boolean): string {
  const { type, seq, at } = message
  const color = colors.find(([beginning]) => type.startsWith(beginning))?.[1] ?? 'red'
  const paint = (style: Color, text: string) => (isColored ? styleText(style, text) : text)
  const time = at ? new Date(at).toLocaleTimeString('en-GB') : '--:--:--'
  const number = seq === undefined ? '' : `#${seq}`
  return [paint('dim', `${time} ${number.padStart(7)}`), paint(color, type.padEnd(22)), summaryOf(message)]
    .join('  ')
    .trimEnd()
}

/** The fields of the data that tell a person most, in this order. */
const telling = [
  'number',
  'table_number',
  'table',
  'menu_item',
  'title',
  'unit_index',
  'status',
  'total_amount',
]

function summaryOf({ data, reason }: ShownMessage): string {
  if (reason !== undefined) return reason
  if (!data) return ''
  const inner = Object.values(data).find((value) => typeof value === 'object' && value !== null) ?? {}
  const fields: Record<string, unknown> = { ...inner, ...data }
  return telling
    .filter((name) => isPlain(fields[name]))
    .map((name) => `${name}=${String(fields[name])}`)
    .join(' ')
}

const isPlain = (value: unknown): boolean =>
  (typeof value === 'string' && !/^[0-9a-f-]{36}$/.test(value)) || typeof value === 'number'
