import { escapeHtml, Html, html } from '../lib/html.ts'
import type { EventsTexts } from './texts.ts'

/** What a schema of the document can say. */
export interface Field {
  readonly type?: string
  readonly description?: string
  readonly $ref?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Field[]
  readonly format?: string
  readonly items?: Field
  readonly properties?: Readonly<Record<string, Field>>
  readonly patternProperties?: Readonly<Record<string, Field>>
  readonly required?: readonly string[]
}

/** The fields of an object, those of the objects without a name of their own behind a dot. */
export function fieldTable(texts: EventsTexts, schema: Field, path = ''): Html {
  return html`<div class="wide">
    <table class="fields">
      <thead>
        <tr>
          <th>${texts.field}</th>
          <th>${texts.type}</th>
          <th>${texts.meaning}</th>
        </tr>
      </thead>
      <tbody>
        ${rowsOf(texts, schema, path)}
      </tbody>
    </table>
  </div>`
}

function rowsOf(texts: EventsTexts, schema: Field, path: string): Html[] {
  const { required = [], properties = {} } = schema
  return Object.entries(properties).flatMap(([name, field]) => {
    const inner = withoutNull(field)
    const row = html`<tr>
      <td><code>${path}${name}</code></td>
      <td>
        ${typeOf(texts, field)}${
          required.includes(name) ? html`` : html` <span class="quiet">${texts.optional}</span>`
        }
      </td>
      <td>${prose(meaningOf(field))}</td>
    </tr>`
    return [row, ...(inner.properties ? rowsOf(texts, inner, `${path}${name}.`) : [])]
  })
}

/** The description of a field, or of the only thing it can be besides null. */
const meaningOf = (field: Field): string => field.description ?? withoutNull(field).description ?? ''

function withoutNull(field: Field): Field {
  const choices = (field.anyOf ?? []).filter(({ type }) => type !== 'null')
  return choices.length === 1 ? choices[0]! : field
}

function typeOf(texts: EventsTexts, field: Field): Html {
  if (field.$ref) {
    const name = field.$ref.split('/').at(-1)!
    return html`<a href="#${name}">${name}</a>`
  }
  if ('const' in field) return html`<code>${JSON.stringify(field.const)}</code>`
  if (field.enum)
    return new Html(field.enum.map((one) => html`<code>${JSON.stringify(one)}</code>`.text).join(' '))
  if (field.anyOf) {
    const choices = field.anyOf
    const nullable = choices.length > 1 && choices.some(({ type }) => type === 'null')
    const others = choices.filter(({ type }) => !nullable || type !== 'null')
    const shown = new Html(others.map((one) => typeOf(texts, one).text).join(' · '))
    return nullable ? html`${shown} <span class="quiet">${texts.orNull}</span>` : shown
  }
  if (field.patternProperties) {
    const [values] = Object.values(field.patternProperties)
    return html`${texts.mapOf} ${typeOf(texts, values!)}`
  }
  if (field.type === 'array') return html`${texts.listOf} ${typeOf(texts, field.items!)}`
  const format = field.format ? html` <span class="quiet">${field.format}</span>` : html``
  return html`${texts.types[field.type!] ?? field.type!}${format}`
}

/** Text with `code` and **strong**; a text with lines as a list of them. */
export function prose(text: string): Html {
  const inline = (line: string) =>
    escapeHtml(line)
      .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
      .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
  const lines = text.trim().split('\n')
  if (lines.length === 1) return new Html(inline(lines[0]!))
  const [first, ...items] = lines.filter((line) => line !== '')
  const list = items.map((line) => `<li>${inline(line.replace(/^- /, ''))}</li>`).join('')
  return new Html(`<p>${inline(first!)}</p><ul>${list}</ul>`)
}

/** JSON with its names, texts and other values marked. */
export function jsonExample(value: object): Html {
  const marked = JSON.stringify(value, null, 2).replaceAll(
    /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?/g,
    (token, text: string | undefined, colon: string | undefined) => {
      if (colon) return `<b>${escapeHtml(text!)}</b>${colon}`
      return text ? `<i>${escapeHtml(token)}</i>` : `<u>${token}</u>`
    },
  )
  return new Html(marked)
}
