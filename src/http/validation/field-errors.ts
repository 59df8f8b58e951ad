import type { ErrorObject } from 'ajv'
import type { FieldErrors } from '../errors.ts'
import type { Message, MessageKey } from '../../i18n/messages.ts'
import { clockPatterns, slugPattern } from '../schemas.ts'

/** Ajv's errors in the shape of the body, one message per field. */
export function fieldErrorsOf(ajvErrors: readonly ErrorObject[], value: unknown): FieldErrors {
  const errors: FieldErrors = {}
  const seen = new Set<string>()
  for (const error of ofWhatWasMeant(ajvErrors)) {
    const path = pathOf(error)
    const key = path.join('/')
    if (seen.has(key) || error.keyword === 'anyOf' || (error.params as { type?: string }).type === 'null')
      continue
    seen.add(key)
    place(errors, path, value, messageOf(error))
  }
  return Object.keys(errors).length > 0 ? errors : { non_field_errors: [{ key: 'invalid' }] }
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
export function place(errors: FieldErrors, path: readonly string[], value: unknown, message: Message): void {
  const [field, ...rest] = path
  if (field === undefined) {
    errors.non_field_errors = [message]
    return
  }
  const inner = (value as Record<string, unknown> | null)?.[field]
  const isList = Array.isArray(inner)
  if (rest.length === 0 || (isList && rest.length === 1 && message.key !== 'not_an_object')) {
    errors[field] ??= [message]
  } else if (isList) {
    const index = Number(rest[0])
    const list = (Array.isArray(errors[field]) ? errors[field] : inner.map(() => ({}))) as FieldErrors[]
    errors[field] = list
    list[index] ??= {}
    place(list[index], rest.slice(1), inner[index], message)
  } else {
    const nested = (errors[field] ??= {}) as FieldErrors
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
