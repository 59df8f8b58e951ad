import { errorCodes } from '../http/errors.ts'
import type { ErrorCode } from '../http/errors.ts'
import { translate } from '../i18n/translate.ts'
import { refTo } from './json-schema.ts'

/** Shapes of errors; all routes refer to them. */
export const errorSchemas = {
  Error: {
    type: 'object',
    description:
      'What went wrong: `detail` for a person, in the language of the answer, `code` for a program. Some codes bring ' +
      'more, such as who claimed a task.',
    required: ['detail', 'code'],
    properties: {
      detail: { type: 'string' },
      code: { type: 'string', enum: Object.keys(errorCodes) },
      request_id: { type: 'string', description: 'With `internal`: what to report.' },
      nearest: {
        type: 'string',
        description: 'With `not_found` for a path that is none: the path that may have been meant.',
      },
    },
    additionalProperties: true,
  },
  FieldErrors: {
    type: 'object',
    description:
      'Messages by field, nested like the body: a list of objects has a list of the same length, with `{}` where nothing ' +
      'is wrong. `non_field_errors` for the whole body.',
    minProperties: 1,
    additionalProperties: {
      anyOf: [
        { type: 'array', items: { type: 'string' }, minItems: 1 },
        { type: 'array', items: { anyOf: [{ type: 'object', maxProperties: 0 }, refTo('FieldErrors')] } },
        refTo('FieldErrors'),
      ],
    },
  },
} as const

/** Values for the placeholders in example texts. */
export const exampleParams = {
  id: '0193a8f0-7c3e-7b52-9c61-3f1d2a4b5c6d',
  limit: 1,
  method: 'PUT',
  type: 'text/plain',
  expected: 'application/json',
  request_id: 'req-1',
}

const bodyOf = (code: ErrorCode): object => ({
  detail: translate('en', code, exampleParams),
  code,
  ...(code === 'internal' && { request_id: exampleParams.request_id }),
})

/** One example of every error. */
export const errorExamples = {
  fields: {
    summary: 'Fields at fault',
    value: { guests: [translate('en', 'minimum', { limit: 1 })], items: [{}, { quantity: ['…'] }] },
  },
  ...Object.fromEntries(
    Object.entries(errorCodes).map(([code, { meaning }]) => [
      code,
      { summary: meaning, value: bodyOf(code as ErrorCode) },
    ]),
  ),
}

const headersOf: Partial<Record<number, string>> = {
  401: 'WWW-Authenticate',
  429: 'Retry-After',
  503: 'Retry-After',
}

/** Answers that routes share, by name; the document has each once. */
export type SharedResponses = Map<string, object>

/** The error answers of a route by status, each with its possible codes, as references into `shared`. */
export function errorResponses(
  codes: ReadonlySet<ErrorCode>,
  shared: SharedResponses,
): Record<string, { $ref: string }> {
  const byStatus = new Map<number, ErrorCode[]>([[400, []]])
  for (const code of codes) {
    const { status } = errorCodes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => {
      const name = [status, ...ofStatus.sort()].join('.')
      if (!shared.has(name)) shared.set(name, errorResponse(status, ofStatus))
      return [status, { $ref: `#/components/responses/${name}` }]
    }),
  )
}

function errorResponse(status: number, codes: readonly ErrorCode[]): object {
  const withCode = { allOf: [refTo('Error'), { properties: { code: { enum: codes } } }] }
  const inFields = status === 400
  const header =
    headersOf[status] ?? (codes.some((code) => errorCodes[code].retry) ? 'Retry-After' : undefined)
  return {
    description: [...(inFields ? ['fields at fault'] : []), ...codes.map(explained)].join('; '),
    ...(header && { headers: { [header]: { $ref: `#/components/headers/${header}` } } }),
    content: {
      'application/json': {
        schema: inFields ? either(refTo('FieldErrors'), codes.length > 0 ? withCode : null) : withCode,
        examples: Object.fromEntries(
          [...(inFields ? ['fields'] : []), ...codes].map((name) => [
            name,
            { $ref: `#/components/examples/${name}` },
          ]),
        ),
      },
    },
  }
}

const either = (first: object, second: object | null): object => (second ? { anyOf: [first, second] } : first)

const explained = (code: ErrorCode): string => `\`${code}\`: ${errorCodes[code].meaning}`
