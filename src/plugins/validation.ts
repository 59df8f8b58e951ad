import { Ajv } from 'ajv'
import type { ErrorObject, Options } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { isDay } from '../lib/calendar.ts'
import { FieldError, fieldError } from '../http/errors.ts'
import type { FieldErrors } from '../http/errors.ts'
import type { Message, MessageKey } from '../i18n/messages.ts'
import { maxMoney, parseMoney } from '../money/money.ts'
import { cleaning, clockPatterns, slugPattern } from '../http/schemas.ts'

/**
 * Checks requests against their schemas. Bodies are taken as they are (`1` is not `true`, `null` is not `""`); query
 * strings are text and are coerced. Names that no schema declares are checked by `addUnknownFieldChecks`.
 */
export function addValidation(app: FastifyInstance): void {
  const body = ajv({ coerceTypes: false })
  const text = ajv({ coerceTypes: 'array' })
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const isText = httpPart !== 'body'
    const validate = (isText ? text : body).compile(schema as object)
    return (value: unknown) => {
      if (isText) spoilOddNumbers(schema as TextSchema, value as Record<string, unknown>)
      if (validate(value)) return { value }
      return { error: new FieldError(faultsOf(validate.errors ?? [], value)) }
    }
  })
}

/**
 * Checks a value that did not come over HTTP as if it were the body of a request.
 * @throws FieldError
 */
export function checkBody(schema: object, value: unknown): void {
  const validate = ajv({ coerceTypes: false }).compile(schema)
  if (!validate(value)) throw new FieldError(faultsOf(validate.errors ?? [], value))
  refuseNul(value)
}

interface TextSchema {
  properties?: Record<string, { type?: string }>
}

/** Excludes texts that the coercion would accept as numbers by mistake: `1e400` (infinite), `0x10`, blanks. */
function spoilOddNumbers({ properties = {} }: TextSchema, query: Record<string, unknown>): void {
  for (const [name, { type }] of Object.entries(properties)) {
    const value = query[name]
    if (type === 'integer' && typeof value === 'string' && !/^-?\d+$/.test(value)) query[name] = 'odd'
  }
}

function ajv(options: Options): Ajv {
  const instance = new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    ...options,
  })
  // a CommonJS module: its default export is the function itself
  ;(addFormats as unknown as (instance: Ajv) => void)(instance)
  instance.addFormat('date', isDay)
  instance.addKeyword({ keyword: 'money', type: ['string', 'number'], errors: false, validate: isMoney })
  instance.addKeyword({ keyword: 'thousandths', type: 'number', errors: false, validate: hasThreeDecimals })
  instance.addKeyword({ keyword: 'ignores' })
  instance.addKeyword({
    keyword: 'clean',
    type: 'string',
    schemaType: 'string',
    errors: false,
    modifying: true,
    before: 'maxLength',
    validate: cleanInPlace,
  })
  instance.addKeyword({ keyword: 'flag', errors: false, modifying: true, validate: readFlag })
  return instance
}

/** Normalises a text to the form in which it is kept; later keywords see that form. */
function cleanInPlace(
  how: keyof typeof cleaning,
  text: string,
  _: unknown,
  place?: DataValidationCxt,
): boolean {
  if (place) place.parentData[place.parentDataProperty] = cleaning[how](text)
  return true
}

const flags: Record<string, boolean> = { 1: true, true: true, 0: false, false: false }

/** Turns the text of a yes-or-no query parameter into a boolean, in place. */
function readFlag(_: unknown, value: unknown, __: unknown, place?: DataValidationCxt): boolean {
  if (typeof value === 'boolean') return true
  const flag = typeof value === 'string' ? flags[value.toLowerCase()] : undefined
  if (flag === undefined || !place) return false
  place.parentData[place.parentDataProperty] = flag
  return true
}

/** Whether a number has at most three decimals, within the precision of a float. */
const hasThreeDecimals = (_: unknown, value: number): boolean =>
  Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6

function isMoney(_: unknown, value: string | number): boolean {
  try {
    const minorUnits = parseMoney(value)
    return minorUnits >= 0 && minorUnits <= maxMoney
  } catch {
    return false
  }
}

/** Ajv's errors in the shape of the body, one message per field. */
function faultsOf(errors: readonly ErrorObject[], value: unknown): FieldErrors {
  const faults: FieldErrors = {}
  const seen = new Set<string>()
  for (const error of ofWhatWasMeant(errors)) {
    const path = pathOf(error)
    const key = path.join('/')
    if (seen.has(key) || error.keyword === 'anyOf' || (error.params as { type?: string }).type === 'null')
      continue
    seen.add(key)
    place(faults, path, value, messageOf(error))
  }
  return Object.keys(faults).length > 0 ? faults : { non_field_errors: [{ key: 'invalid' }] }
}

/** Drops the errors of alternatives that clearly were not meant: the value has a field that they do not allow. */
function ofWhatWasMeant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternativeOf = ({ schemaPath }: ErrorObject) => /^.*?anyOf\/\d+\//.exec(schemaPath)?.[0]
  const notMeant = new Set(errors.filter(({ keyword }) => keyword === 'not').map(alternativeOf))
  return errors.filter((error) => !notMeant.has(alternativeOf(error) ?? ''))
}

function pathOf(error: ErrorObject): string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (error.keyword === 'required') path.push((error.params as { missingProperty: string }).missingProperty)
  return path
}

/** Puts a message at the path of the error in the body; lists of objects become lists of the same length. */
export function place(faults: FieldErrors, path: readonly string[], value: unknown, message: Message): void {
  const [field, ...rest] = path
  if (field === undefined) {
    faults.non_field_errors = [message]
    return
  }
  const inner = (value as Record<string, unknown> | null)?.[field]
  const isList = Array.isArray(inner)
  if (rest.length === 0 || (isList && rest.length === 1 && message.key !== 'not_an_object')) {
    faults[field] ??= [message]
  } else if (isList) {
    const index = Number(rest[0])
    const list = (Array.isArray(faults[field]) ? faults[field] : inner.map(() => ({}))) as FieldErrors[]
    faults[field] = list
    list[index] ??= {}
    place(list[index], rest.slice(1), inner[index], message)
  } else {
    const nested = (faults[field] ??= {}) as FieldErrors
    place(nested, rest, inner, message)
  }
}

const typeMessages: Record<string, MessageKey> = {
  string: 'not_a_string',
  integer: 'not_an_integer',
  number: 'not_a_number',
  boolean: 'not_a_boolean',
  array: 'not_an_array',
  object: 'not_an_object',
}

const formatMessages: Record<string, MessageKey> = {
  uuid: 'not_a_uuid',
  email: 'not_an_email',
  date: 'not_a_date',
  'date-time': 'not_a_time',
}

const patternMessages: Record<string, MessageKey> = {
  '\\S': 'blank',
  [slugPattern]: 'not_a_slug',
  [clockPatterns.minute]: 'not_a_clock',
  [clockPatterns.second]: 'not_a_clock',
}

function messageOf(error: ErrorObject): Message {
  const { keyword, params, data, instancePath } = error
  const shown = typeof data === 'string' || typeof data === 'number' ? String(data).slice(0, 100) : ''
  switch (keyword) {
    case 'required':
      return { key: 'required' }
    case 'type':
      // an error in a list of objects is named by its index, so null is a wrong entry like any other
      if (data === null && !(params.type === 'object' && /\/\d+$/.test(instancePath))) return { key: 'null' }
      return { key: typeMessages[[params.type].flat()[0] as string] ?? 'invalid' }
    case 'format':
      return { key: formatMessages[params.format as string] ?? 'invalid', params: { value: shown } }
    case 'enum':
    case 'const':
      return {
        key: 'not_a_choice',
        params: { value: shown, choices: [params.allowedValues ?? params.allowedValue].flat().join(', ') },
      }
    case 'minLength':
      return params.limit === 1 ? { key: 'blank' } : { key: 'too_short', params: { limit: params.limit } }
    case 'pattern':
      return { key: patternMessages[params.pattern as string] ?? 'invalid' }
    case 'maxLength':
      return { key: 'too_long', params: { limit: params.limit } }
    case 'minimum':
    case 'exclusiveMinimum':
      return { key: 'minimum', params: { limit: params.limit } }
    case 'maximum':
    case 'exclusiveMaximum':
      return { key: 'maximum', params: { limit: params.limit } }
    case 'minItems':
      return { key: 'too_few', params: { limit: params.limit } }
    case 'maxItems':
      return { key: 'too_many', params: { limit: params.limit } }
    case 'flag':
      return { key: 'not_a_boolean' }
    case 'thousandths':
      return { key: 'too_many_decimals', params: { limit: 3 } }
    case 'money':
      return { key: 'not_money' }
    default:
      return { key: 'invalid' }
  }
}

/** Refuses the NUL character, which PostgreSQL's text cannot hold, and names the field. */
export function refuseNul(body: unknown): void {
  // a list instead of recursion: the nesting of a body may exceed the stack
  const waiting: { field: string; value: unknown }[] = [{ field: '', value: body }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { field, value } = next
    if (typeof value === 'string' && value.includes('\0')) {
      throw fieldError(field || 'non_field_errors', 'nul_character')
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) waiting.push({ field: field || key, value: inner })
  }
}
