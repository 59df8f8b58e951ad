import { fieldError } from '../../errors.ts'

/** The longest international number has 15 digits (ITU-T E.164); a prefix to dial out may come on top. */
const maxDigits = 20

/**
 * A phone number as it is kept: its digits, after a plus when it began with one; empty when there is none.
 * @throws FieldError on `phone` for a text without digits, or with too many
 */
export function phoneOf(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  const digits = trimmed.replace(/\D/g, '')
  if (digits === '') throw fieldError('phone', 'invalid')
  if (digits.length > maxDigits) throw fieldError('phone', 'too_long', { limit: maxDigits })
  return trimmed.startsWith('+') ? `+${digits}` : digits
}

/** The digits of a text that could be part of a phone number, as people type it; null when it is something else. */
export function digitsOf(text: string): string | null {
  return /^[\d\s()+.-]*\d[\d\s()+.-]*$/.test(text) ? text.replace(/\D/g, '') : null
}
