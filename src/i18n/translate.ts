import { languages, messages } from './messages.ts'
import type { Language, Message, MessageKey, MessageParams } from './messages.ts'
import { checkTexts, findingTexts } from './finding-texts.ts'
import type { CheckKey, FindingKey } from './finding-texts.ts'

export const defaultLanguage: Language = 'ru'

/** The text of a message in a language. */
export const translate = (language: Language, key: MessageKey, params: MessageParams = {}): string =>
  filled(messages[key], language, params)

/** The text of a finding of `doctor` in a language. */
export const translateFinding = (language: Language, key: FindingKey, params: MessageParams = {}): string =>
  filled(findingTexts[key], language, params)

export const nameOfCheck = (language: Language, check: CheckKey): string => checkTexts[check][language]

/** `{wait}` is a time in seconds, told as a person would. */
const filled = (text: Record<Language, string>, language: Language, params: MessageParams): string =>
  text[language].replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name]
    if (value === undefined) return placeholder
    return name === 'wait' ? duration(language, Number(value)) : String(value)
  })

const units = { ru: { minutes: 'мин', seconds: 'с' }, en: { minutes: 'min', seconds: 's' } }

const duration = (language: Language, seconds: number): string =>
  seconds < 60
    ? `${seconds} ${units[language].seconds}`
    : `${Math.ceil(seconds / 60)} ${units[language].minutes}`

export const translateMessage = (language: Language, { key, params }: Message): string =>
  translate(language, key, params)

/** A supported language, or null for anything else. */
export function asLanguage(value: unknown): Language | null {
  return languages.find((language) => language === value) ?? null
}

/** The first supported language of an `Accept-Language` header (RFC 9110 §12.5.4), by weight. */
export function acceptedLanguage(header: string | undefined): Language | null {
  if (!header) return null
  const wanted = header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = parameters.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find(Boolean)
      return { language: asLanguage(tag.split('-')[0]), weight: Number(weight ?? 1) }
    })
    .filter(({ language, weight }) => language && weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return wanted[0]?.language ?? null
}
