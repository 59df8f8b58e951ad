import { components } from './components.ts'

/** A JSON Schema of the document. */
export type Schema = { [keyword: string]: unknown }

/** JSON Schema equivalents of the service's own validation keywords. */
const keywords: Record<string, Schema> = {
  clean: {},
  flag: { type: 'boolean' },
  money: {
    description: 'An amount: digits with at most two decimals, as text or as a number.',
    pattern: '^\\d{1,10}(\\.\\d{1,2})?$',
    minimum: 0,
  },
  // the description says it
  thousandths: {},
}

const named = new Map([...components].map(([schema, name]) => [schema, refTo(name)]))

/** The schema of a route for the document: named shapes become references, own keywords become standard ones. */
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
