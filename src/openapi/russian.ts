import { errorCodes } from '../http/errors.ts'
import type { ErrorCode } from '../http/errors.ts'
import { translate } from '../i18n/translate.ts'
import { exampleParams } from './error-responses.ts'
import { russianIntroduction, russianPatterns, russianTexts } from './texts-ru.ts'

type Json = Record<string, unknown>

/**
 * The document with its texts in Russian; the rest, ids of operations included, is the same.
 * @param missing called with each text that has no translation
 */
export function inRussian(document: object, missing: (text: string) => void = () => {}): object {
  const { info, components, ...rest } = document as { info: Json; components: Json }
  const { examples, ...parts } = components as { examples: Record<string, Json> }
  const texts = (value: unknown): unknown => textsInRussian(value, missing)
  return {
    ...(texts(rest) as object),
    info: { ...info, description: russianIntroduction },
    components: {
      ...(texts(parts) as object),
      examples: Object.fromEntries(
        Object.entries(examples).map(([name, example]) => [name, errorInRussian(name, example)]),
      ),
    },
  }
}

/**
 * A part of a document with its descriptions and summaries in Russian.
 * @param missing called with each text that has no translation
 * @param more translations besides those of the API document
 */
export const textsInRussian = (
  value: unknown,
  missing: (text: string) => void = () => {},
  more: Readonly<Record<string, string>> = {},
): unknown => withTexts(value, (text) => russian(text, missing, more))

/** Keywords whose values are data, not texts of the document. */
const data = new Set(['example', 'examples', 'default', 'enum', 'const', 'x-roles', 'x-alias-of'])

function withTexts(value: unknown, translated: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => withTexts(one, translated))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (data.has(key)) return [key, one]
      const isText = (key === 'description' || key === 'summary') && typeof one === 'string'
      return [key, isText ? translated(one) : withTexts(one, translated)]
    }),
  )
}

/** Translates a text by paragraph. */
const russian = (
  text: string,
  missing: (text: string) => void,
  more: Readonly<Record<string, string>>,
): string =>
  text
    .split('\n\n')
    .map((paragraph) => {
      const known = more[paragraph] ?? russianTexts[paragraph] ?? patterned(paragraph) ?? ofErrors(paragraph)
      if (known === undefined && /[a-z]/i.test(paragraph.replace(/`[^`]*`/g, ''))) missing(paragraph)
      return known ?? paragraph
    })
    .join('\n\n')

function patterned(text: string): string | undefined {
  const [pattern, words] = russianPatterns.find(([one]) => one.test(text)) ?? []
  return pattern && text.replace(pattern, words!)
}

/** Translates the description of an error answer: the codes of the route, each with its meaning. */
function ofErrors(text: string): string | undefined {
  const parts = text.split(/; (?=`\w+`: )/)
  const known = parts.map((part) => {
    const [, code] = /^`(\w+)`: /.exec(part) ?? []
    if (code !== undefined && code in errorCodes) return `\`${code}\`: ${meaning(code as ErrorCode)}`
    return russianTexts[part]
  })
  return known.includes(undefined) ? undefined : known.join('; ')
}

const meaning = (code: ErrorCode): string => translate('ru', code, exampleParams)

function errorInRussian(name: string, example: Json): Json {
  if (name in errorCodes) {
    const detail = meaning(name as ErrorCode)
    return { ...example, summary: detail, value: { ...(example.value as Json), detail } }
  }
  const guests = [translate('ru', 'minimum', { limit: exampleParams.limit })]
  return {
    ...example,
    summary: russianTexts[String(example.summary)],
    value: { ...(example.value as Json), guests },
  }
}
