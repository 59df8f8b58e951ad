import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { clockPatterns } from '../../src/http/schemas.ts'

/** The part of JSON Schema, and of its extensions, that routes are declared with. */
interface Schema {
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  not?: object
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  money?: boolean
  flag?: boolean
}

const clockPattern = new Set<string>(Object.values(clockPatterns))

/** Ids that mean something to a field of this name. */
export type IdsOf = (field: string) => readonly string[]

/** Values that a schema accepts, most of them with ids of objects that are there. */
export function valid(schema: unknown, idsOf: IdsOf, field = ''): Arbitrary<unknown> {
  const s = (schema ?? {}) as Schema
  if (s.anyOf) return fc.oneof(...s.anyOf.map((one) => valid(one, idsOf, field)))
  if (s.enum) return fc.constantFrom(...s.enum)
  if ('const' in s) return fc.constant(s.const)
  if (s.money) return fc.constantFrom('0', '1.50', '10', 12.5, 300, '9999999999.99')
  if (s.flag) return fc.constantFrom('1', 'true', '0', 'FALSE')
  switch (s.type) {
    case 'object':
      return objectOf(s, idsOf)
    case 'array':
      return fc.array(valid(s.items, idsOf, field), { minLength: s.minItems ?? 0, maxLength: 4 })
    case 'integer':
      return fc.oneof(
        fc.integer({ min: s.minimum ?? -5, max: Math.min(s.maximum ?? 9, (s.minimum ?? 0) + 9) }),
        fc.constantFrom(s.minimum ?? 0, s.maximum ?? 2 ** 31),
      )
    case 'number':
      return fc.double({ noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textOf(s, idsOf(field))
  }
}

function objectOf({ properties = {}, required = [] }: Schema, idsOf: IdsOf): Arbitrary<object> {
  const possible = Object.entries(properties).filter(([, one]) => !one.not)
  const fields = Object.fromEntries(possible.map(([name, one]) => [name, valid(one, idsOf, name)]))
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) })
}

function textOf(
  { format, pattern = '', minLength = 0, maxLength = 40 }: Schema,
  ids: readonly string[],
): Arbitrary<string> {
  if (format === 'uuid') return ids.length > 0 ? fc.constantFrom(...ids) : fc.uuid()
  if (format === 'email') return fc.uuid().map((id) => `${id}@cafe.test`)
  if (format === 'date') return fc.constantFrom('2024-01-31', '2026-12-31')
  if (clockPattern.has(pattern)) return fc.constantFrom('00:00', '06:30', '23:59')
  const text = fc.oneof(
    fc.string({ minLength: Math.max(1, minLength), maxLength: Math.min(maxLength, 40), unit: 'grapheme' }),
    fc.constantFrom('Стол у окна', '+996 700 123-456', '1', 'title,-created_at', 'Asia/Bishkek'),
  )
  return text.filter((value) => value.trim().length >= minLength && !value.includes('\0'))
}

/** JSON numbers that JavaScript's own serialiser cannot write. */
const rawMark = '\u0001raw:'
const raw = (text: string) => `${rawMark}${text}`

/** A body as text, with numbers in it that only a text can hold. */
export const bodyText = (body: unknown): string =>
  JSON.stringify(body).replace(/"\\u0001raw:([^"]*)"/g, (_, number: string) => number)

const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown

/** What no honest client sends. */
export const hostile: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x\udfffy',
    '\u202e\u0000',
    '😀'.repeat(130),
    'x'.repeat(5000),
    "'; drop table users; --",
    '%_\\',
    '${jndi:x}',
    'NaN',
    'Infinity',
    '1e400',
    '0x10',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '{0190a000-0000-7000-8000-000000000000}',
    '2024-02-30',
    '0000-01-01',
    '9999-12-31',
    '99999-12-31',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999-14:00',
    'infinity',
    '12.345',
    '-1',
    '99999999999',
    0,
    -1,
    0.1,
    1e21,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    [],
    [[]],
    [null],
    {},
    { toString: 1 },
    { constructor: { prototype: {} } },
    { key: 'required' },
    deep(500),
  ),
  fc.constantFrom('1e400', '-1e400', '1e-400', '9223372036854775808', '-9223372036854775809', '1E2').map(raw),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Accepted values with one thing wrong in them, somewhere. */
export const nearlyValid = (schema: unknown, idsOf: IdsOf): Arbitrary<unknown> =>
  fc
    .tuple(valid(schema, idsOf), hostile, fc.nat({ max: 1000 }), fc.boolean())
    .map(([value, wrong, where, drop]) => spoiled(value, wrong, where, drop))

/** A copy in which one of the values inside, however deep, is another or missing. */
function spoiled(value: unknown, wrong: unknown, where: number, drop: boolean): unknown {
  if (typeof value !== 'object' || value === null) return wrong
  const keys = Object.keys(value)
  if (keys.length === 0) return Array.isArray(value) ? [wrong] : { unknown: wrong }
  const key = keys[where % keys.length]!
  const inner = (value as Record<string, unknown>)[key]
  const changed = where % 3 === 0 ? wrong : spoiled(inner, wrong, Math.floor(where / keys.length), drop)
  if (Array.isArray(value)) return value.map((entry, i) => (String(i) === key ? changed : (entry as unknown)))
  if (drop) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
  return { ...value, [key]: changed }
}
