import { Type } from 'typebox'
import { isDay, withinCalendar } from '../lib/calendar.ts'
import { fieldError } from './errors.ts'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

const end = (description: string) => Type.Optional(Type.String({ description, examples: ['2024-05-08'] }))

/** The query parameters of a span, and their older names: `at` stands for `at_from` and `at_to`. */
export const spanQuery = <Older extends string>(older: Older) => {
  const names = {
    [`${older}_from`]: end('Another name of `date_from`.'),
    [`${older}_to`]: end('Another name of `date_to`.'),
  } as Record<`${Older}_from` | `${Older}_to`, ReturnType<typeof end>>
  return { ...spanEnds, ...names }
}

export const spanEnds = {
  date_from: end('First business day of the branch, or an instant; inclusive.'),
  date_to: end('Last business day of the branch, or an instant; inclusive.'),
}

/** A span of business days, of instants, or one end of each. */
export interface Span {
  readonly firstDay: string | undefined
  readonly lastDay: string | undefined
  readonly from: Date | undefined
  /** Exclusive. */
  readonly before: Date | undefined
}

/**
 * The span given by `date_from` and `date_to`, or by their older names.
 * @throws FieldError on a parameter that is neither a day nor an instant, or that contradicts its newer name
 */
export function spanOf(query: object, older?: string): Span {
  const text = query as Readonly<Record<string, string | undefined>>
  const [from, to] = [
    endOf(text, 'date_from', older && `${older}_from`),
    endOf(text, 'date_to', older && `${older}_to`),
  ]
  return {
    firstDay: from?.day,
    lastDay: to?.day,
    from: from?.timeMs === undefined ? undefined : withinCalendar(from.timeMs),
    before: to?.timeMs === undefined ? undefined : withinCalendar(to.timeMs + 1),
  }
}

interface End {
  readonly day?: string
  readonly timeMs?: number
}

function endOf(
  query: Readonly<Record<string, string | undefined>>,
  name: string,
  older: string | undefined,
): End | undefined {
  const before = older === undefined ? undefined : query[older]
  if (before === undefined) return read(name, query[name])
  if (query[name] !== undefined && query[name] !== before) throw fieldError(older!, 'two_names', { name })
  return read(older!, before)
}

function read(field: string, text: string | undefined): End | undefined {
  if (text === undefined) return undefined
  if (isDay(text)) return { day: text }
  // a `+` in the offset of a time zone arrives as a blank when a client does not encode it
  const written = text.replace(' ', '+')
  const timeMs = instant.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(timeMs)) throw fieldError(field, 'not_a_time')
  return { timeMs }
}
