import fp from 'fastify-plugin'
import { FieldError } from '../http/errors.ts'
import { createAjv } from '../http/validation/ajv.ts'
import { fieldErrorsOf } from '../http/validation/field-errors.ts'

/**
 * Checks requests against their schemas. Bodies are taken as they are (`1` is not `true`, `null` is not `""`); query
 * strings are text and are coerced. Names that no schema declares are checked by `unknownFields`.
 */
export const validation = fp(
  async (app) => {
    const body = createAjv({ coerceTypes: false })
    const text = createAjv({ coerceTypes: 'array' })
    app.setValidatorCompiler(({ schema, httpPart }) => {
      const isText = httpPart !== 'body'
      const validate = (isText ? text : body).compile(schema as object)
      return (value: unknown) => {
        if (isText) spoilOddNumbers(schema as TextSchema, value as Record<string, unknown>)
        if (validate(value)) return { value }
        return { error: new FieldError(fieldErrorsOf(validate.errors ?? [], value)) }
      }
    })
  },
  { name: 'validation' },
)

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
