import { FieldError } from '../errors.ts'
import { createAjv } from './ajv.ts'
import { fieldErrorsOf } from './field-errors.ts'
import { refuseNul } from './refuse-nul.ts'

/**
 * Checks a value that did not come over HTTP as if it were the body of a request.
 * @throws FieldError
 */
export function checkBody(schema: object, value: unknown): void {
  const validate = createAjv({ coerceTypes: false }).compile(schema)
  if (!validate(value)) throw new FieldError(fieldErrorsOf(validate.errors ?? [], value))
  refuseNul(value)
}
