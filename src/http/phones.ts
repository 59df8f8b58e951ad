import { getTimezone } from 'countries-and-timezones'
import { findPhoneNumbersInText, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { CountryCode } from 'libphonenumber-js/min'
import { fieldError } from './errors.ts'
import { extensionWords, numberJoiners } from '../i18n/phone-words.ts'

/** A phone number as stored. */
export interface Phone {
  /** E.164 (`+996555123456`) for a possible number, else its digits, as for internal short numbers. Empty for none. */
  number: string
  /** Digits of the extension; empty for none. */
  extension: string
}

/** Default country. */
const usualCountry = 'KG'

/** The longest international number has 15 digits (ITU-T E.164); a dial-out prefix may be added. */
const maxDigits = 20

/** A number in everyday notation, with an extension at its end. */
const shape = new RegExp(
  `^([\\d\\s()+./‐-―-]+)(?:[;,]?\\s*(?:${extensionWords})\\.?\\s*[:=]?\\s*(\\d{1,10}))?$`,
  'iu',
)

/** Separators between two numbers. */
const between = new RegExp(`[,;/|]|\\s(?:${numberJoiners})\\s`, 'iu')

/** The country of a time zone, ISO 3166: its numbers may be written without a country code. */
export function countryOf(timeZone: string): CountryCode {
  const country = getTimezone(timeZone)?.countries[0]
  return country && isSupportedCountry(country) ? country : usualCountry
}

/** Whether a text is the code of a country with known phone formats. */
export const isCountry = (text: string): text is CountryCode => isSupportedCountry(text)

/**
 * Parses a number in the everyday notation of a country: `0555 12-34-56`, `996555123456` and `00996 555 123456` are
 * `+996555123456` in Kyrgyzstan. An impossible number keeps its digits.
 * @throws FieldError on `field` when parsing would lose something: no digits, too many, words, two numbers
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

/** Number and extension in one text, in the form of RFC 3966: `+996312123456;ext=12`. */
export function phoneLine(typed: string, country: CountryCode, field?: string): string {
  const { number, extension } = readPhone(typed, country, field)
  return extension ? `${number};ext=${extension}` : number
}

/** The digits of a text that may be part of a phone number; null for other texts. */
export function digitsOf(text: string): string | null {
  return /^[\d\s()+.-]*\d[\d\s()+.-]*$/.test(text) ? text.replace(/\D/g, '') : null
}

/** The forms that searched digits may have in E.164: `0555 123` is in `+996555123456` without its zero. */
export function digitsWithin(digits: string): string[] {
  const bare = digits.length === 11 ? digits.replace(/^8/, '') : digits.replace(/^0+/, '')
  return [...new Set([digits, bare])].filter(Boolean)
}

function isTwo(text: string, country: CountryCode): boolean {
  const long = text.split(between).filter((part) => part.replace(/\D/g, '').length >= 5)
  return long.length > 1 || findPhoneNumbersInText(text, country).length > 1
}

/** E.164, or null for an impossible number: a number of the country, or of any country with its code but no plus. */
function international(written: string, digits: string, country: CountryCode): string | null {
  const national = parsePhoneNumberFromString(written, country)
  if (national?.isPossible()) return national.number
  const foreign = parsePhoneNumberFromString(`+${digits.replace(/^00/, '')}`)
  return !written.includes('+') && /^(?!8).{11}/.test(digits) && foreign?.isValid() ? foreign.number : null
}
