import { getTimezone } from 'countries-and-timezones'
import { findPhoneNumbersInText, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { CountryCode } from 'libphonenumber-js/min'
import { fieldError } from './errors.ts'
import { extensionWords, numberJoiners } from '../i18n/phone-words.ts'

/** A phone number as it is kept. */
export interface Phone {
  /** E.164 (`+996555123456`) where it is a possible number, else its digits: short numbers of a house have no other form. Empty: none. */
  number: string
  /** Digits behind the number; empty without. */
  extension: string
}

/** The country of a café that says nothing else. */
const usualCountry = 'KG'

/** The longest international number has 15 digits (ITU-T E.164); a prefix to dial out may come on top. */
const maxDigits = 20

/** A number as people write it, with an extension at its end. */
const shape = new RegExp(
  `^([\\d\\s()+./‐-―-]+)(?:[;,]?\\s*(?:${extensionWords})\\.?\\s*[:=]?\\s*(\\d{1,10}))?$`,
  'iu',
)

/** What stands between two numbers. */
const between = new RegExp(`[,;/|]|\\s(?:${numberJoiners})\\s`, 'iu')

/** The country whose numbers are written without its code in a time zone, ISO 3166. */
export function countryOf(timeZone: string): CountryCode {
  const country = getTimezone(timeZone)?.countries[0]
  return country && isSupportedCountry(country) ? country : usualCountry
}

/** Whether a text is a country whose numbers are known. */
export const isCountry = (text: string): text is CountryCode => isSupportedCountry(text)

/**
 * Reads a number as people of a country write it: `0555 12-34-56`, `996555123456` and `00996 555 123456` are
 * `+996555123456` in Kyrgyzstan. What is no possible number keeps its digits.
 * @throws FieldError on `field` for what would lose something: no digits, too many, words, two numbers
 */
export function readPhone(typed: string, country: CountryCode, field = 'phone'): Phone {
  const text = typed.normalize('NFKC').trim()
  if (text === '') return { number: '', extension: '' }
  if (isTwo(text, country)) throw fieldError(field, 'two_phones')
  const [, written = '', extension = ''] = shape.exec(text) ?? []
  const digits = written.replace(/\D/g, '')
  if (digits === '') throw fieldError(field, 'not_a_phone')
  const number = international(written, digits, country)
  if (number) return { number, extension }
  if (digits.length > maxDigits) throw fieldError(field, 'too_long', { limit: maxDigits })
  return { number: text.startsWith('+') ? `+${digits}` : digits, extension }
}

/** Number and extension in one text, as RFC 3966 writes it: `+996312123456;ext=12`. */
export function phoneLine(typed: string, country: CountryCode, field?: string): string {
  const { number, extension } = readPhone(typed, country, field)
  return extension ? `${number};ext=${extension}` : number
}

/** The digits of a text that could be part of a phone number, as people type it; null when it is something else. */
export function digitsOf(text: string): string | null {
  return /^[\d\s()+.-]*\d[\d\s()+.-]*$/.test(text) ? text.replace(/\D/g, '') : null
}

/** What the digits somebody looks for may be in E.164: `0555 123` stands in `+996555123456` without its zero. */
export function digitsWithin(digits: string): string[] {
  const bare = digits.length === 11 ? digits.replace(/^8/, '') : digits.replace(/^0+/, '')
  return [...new Set([digits, bare])].filter(Boolean)
}

function isTwo(text: string, country: CountryCode): boolean {
  const long = text.split(between).filter((part) => part.replace(/\D/g, '').length >= 5)
  return long.length > 1 || findPhoneNumbersInText(text, country).length > 1
}

/** E.164, or null for what is no possible number: of the country, or of any with its code and without a plus. */
function international(written: string, digits: string, country: CountryCode): string | null {
  const national = parsePhoneNumberFromString(written, country)
  if (national?.isPossible()) return national.number
  const foreign = parsePhoneNumberFromString(`+${digits.replace(/^00/, '')}`)
  return !written.includes('+') && /^(?!8).{11}/.test(digits) && foreign?.isValid() ? foreign.number : null
}
