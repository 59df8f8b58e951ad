import { isDay, withinCalendar } from '../calendar.ts'
import { fieldError } from '../errors.ts'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

/**
 * A span given by two query parameters, each an instant or a date (UTC); a date as the end is included whole.
 * @throws FieldError on the parameter that is neither
 */
export function instantsOf(
  query: object,
  fromField: string,
  toField: string,
): { from?: Date; before?: Date } {
  const text = query as Record<string, string | undefined>
  return { from: parse(fromField, text[fromField], false), before: parse(toField, text[toField], true) }
}

function parse(field: string, text: string | undefined, isEnd: boolean): Date | undefined {
  if (text === undefined) return undefined
  // the plus of an offset arrives as a blank when a client forgets to encode it
  const written = isDay(text) ? `${text}T00:00:00Z` : text.replace(' ', '+')
  const timeMs = instant.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(timeMs)) throw fieldError(field, 'not_a_time')
  // the end is exclusive: a date means its last moment, an instant itself
  return withinCalendar(isEnd ? timeMs + (isDay(text) ? 86_400_000 : 1) : timeMs)
}
