import { components } from './components.ts'

/** A JSON Schema as it stands in the document. */
export type Schema = { [keyword: string]: unknown }

/** What our own keywords of validation mean, in words of JSON Schema. */
const keywords: Record<string, Schema> = {
  clean: {},
  flag: { type: 'boolean' },
  money: {
    description: 'An amount: digits with at most two decimals, as text or as a number.',
    pattern: '^\\d{1,10}(\\.\\d{1,2})?$',
    minimum: 0,
  },
  // its description tells it
  thousandths: {},
}

const named = new Map([...components].map(([schema, name]) => [schema, refTo(name)]))

/** The schema of a route as the document shows it: shapes with a name as references, keywords of our own in standard ones. */
export function present(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(present)
  return named.get(schema) ?? spelledOut(schema)
}

/** The same with the outermost shape written out. */
export function spelledOut(schema: object): Schema {
  const shown: Schema = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'ignores') continue
    if (keywords[keyword]) Object.assign(shown, keywords[keyword])
    else if (keyword === 'examples' || keyword === 'enum' || keyword === 'default') shown[keyword] = value
    else shown[keyword] = present(value)
  }
  if ('flag' in schema) shown.examples = [true]
  return shown
}

export function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}
