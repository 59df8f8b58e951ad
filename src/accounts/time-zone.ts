import { fieldError } from '../errors.ts'

/** @throws FieldError on `timezone` unless it is absent or names a zone */
export function requireTimeZone(name: string | null | undefined): void {
  if (name && !isTimeZone(name)) throw fieldError('timezone', 'not_a_time_zone', { value: name })
}

/** Whether a text names a zone of the IANA time zone database, such as `Asia/Bishkek`. */
function isTimeZone(name: string): boolean {
  // offsets such as +06:00 are taken by newer runtimes and by no database
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
