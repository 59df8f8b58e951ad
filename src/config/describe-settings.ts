import { settings } from './settings.ts'

/** Every setting as a Markdown table: docs/configuration.md. */
export function settingsAsMarkdown(): string {
  const rows = settingRows().map(
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
export function settingsAsText(): string {
  return settingRows()
    .map(({ name, values, fallback, description }) => {
      const head = [name, values && `(${values})`, fallback && `default ${fallback}`]
        .filter(Boolean)
        .join('  ')
      return `  ${head}\n      ${description}`
    })
    .join('\n')
}

function settingRows() {
  return Object.entries(settings.properties as Record<string, SettingSchema>).map(([name, schema]) => ({
    name,
    values: schema.anyOf
      ? schema.anyOf.map((literal) => literal.const).join(', ')
      : schema.format === 'duration'
        ? 'duration: 500ms, 30s, 15m, 12h, 7d'
        : schema.type === 'integer' || schema.type === 'number'
          ? `number ${[schema.minimum !== undefined && `≥ ${schema.minimum}`, schema.maximum !== undefined && `≤ ${schema.maximum}`].filter(Boolean).join(', ')}`
          : 'text',
    fallback: schema.default === undefined ? '' : String(schema.default),
    description: schema.description ?? '',
  }))
}

interface SettingSchema {
  type?: string
  format?: string
  default?: string | number
  description?: string
  minimum?: number
  maximum?: number
  anyOf?: { const: string }[]
}
