import { Type } from 'typebox'
import type { Static, TObject, TString } from 'typebox'
import { FieldError } from '../http/errors.ts'
import { fieldsIn } from '../plugins/error-handler.ts'
import { checkBody } from '../plugins/validation.ts'
import { StartupError } from '../config/startup-error.ts'

/**
 * Runs what refuses fields of a body, and names the options that they came from instead.
 * @param options the option that each field came from: `{ company_name: '--name' }`
 * @throws StartupError with a line for each fault
 */
export async function naming<T>(
  options: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    const faults = Object.entries(fieldsIn(error.faults, 'en'))
    const lines = faults.map(([field, texts]) => `${options[field] ?? field}: ${[texts].flat().join(' ')}`)
    throw new StartupError(lines.join('\n  '))
  }
}

/**
 * The body of a request as it was given by options, with a password that is asked for last: what can be said before is said
 * before.
 * @param given fields by name; those that are undefined were not given
 * @throws FieldError
 */
export async function bodyWithPassword<Schema extends TObject<{ password: TString }>>(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
  askPassword: () => Promise<string>,
): Promise<Static<Schema>> {
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  checkBody(Type.Omit(schema, ['password']), body)
  const whole = { ...body, password: await askPassword() }
  checkBody(schema, whole)
  return whole as Static<Schema>
}
