import type { Language } from '../i18n/messages.ts'
import { formTexts, settingTextsRu } from './setting-texts-ru.ts'
import { settings } from './settings.ts'
import type { SettingName } from './settings.ts'

/** Every setting as a Markdown table: docs/configuration.md. */
export function settingsAsMarkdown(): string {
  const rows = settingRows('en').map(
    ({ name, values, fallback, description }) =>
      `| \`${name}\` | ${values} | ${fallback && `\`${fallback}\``} | ${description} |`,
  )
  return [
    '# Configuration',
    '',
    'Settings are environment variables. This page is generated: `npm run docs:configuration`.',
    '',
    '| setting | values | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Every setting for a terminal: `npm start -- --help`. */
export function settingsAsText(language: Language): string {
  return settingRows(language)
    .map(({ name, values, fallback, description }) => {
      const head = [name, `(${values})`, fallback && `${formTexts[language].byDefault} ${fallback}`]
        .filter(Boolean)
        .join('  ')
      return `  ${head}\n      ${description}`
    })
    .join('\n')
}

/** What a setting means. */
export const meaningOf = (name: SettingName, language: Language): string =>
  language === 'ru' ? settingTextsRu[name] : (schemas[name].description ?? '')

interface SettingSchema {
  type?: string
  format?: string
  default?: string | number
  description?: string
  minimum?: number
  maximum?: number
  anyOf?: { const: string }[]
}

const schemas = settings.properties as Record<SettingName, SettingSchema>

function settingRows(language: Language) {
  return (Object.keys(schemas) as SettingName[]).map((name) => ({
    name,
    values: formOf(schemas[name], language),
    fallback: schemas[name].default === undefined ? '' : String(schemas[name].default),
    description: meaningOf(name, language),
  }))
}

function formOf({ anyOf, format, type, minimum, maximum }: SettingSchema, language: Language): string {
  const { duration, number, text } = formTexts[language]
  if (anyOf) return anyOf.map((literal) => literal.const).join(', ')
  if (format === 'duration') return `${duration}: 500ms, 30s, 15m, 12h, 7d`
  if (type !== 'integer' && type !== 'number') return text
  const limits = [minimum !== undefined && `≥ ${minimum}`, maximum !== undefined && `≤ ${maximum}`]
  return `${number} ${limits.filter(Boolean).join(', ')}`
}
