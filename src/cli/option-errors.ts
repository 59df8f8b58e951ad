import { Type } from 'typebox'
import type { Static, TObject, TString } from 'typebox'
import { generatedPassword } from '../accounts/passwords/policy.ts'
import { ApiError, FieldError } from '../http/errors.ts'
import { textsOf } from './texts.ts'
import type { Language } from '../i18n/messages.ts'
import { translate } from '../i18n/translate.ts'
import { fieldsIn } from '../plugins/error-handler.ts'
import { checkBody } from '../plugins/validation.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Surroundings } from './command.ts'

/**
 * Runs what refuses fields of a body, and names the options that they came from instead; what the API would answer else is
 * said as a sentence.
 * @param options the option that each field came from: `{ company_name: '--name' }`
 * @throws StartupError with a line for each fault
 */
export async function naming<T>(
  language: Language,
  options: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError)
      throw new StartupError(translate(language, error.code, error.options.params), { cause: error })
    if (!(error instanceof FieldError)) throw error
    const named: Record<string, string> = { password: textsOf(language).thePassword, ...options }
    const faults = Object.entries(fieldsIn(error.faults, language))
    const lines = faults.map(([field, texts]) => `${named[field] ?? field}: ${[texts].flat().join(' ')}`)
    throw new StartupError(lines.join('\n  '))
  }
}

/** Fields by name; those that are undefined were not given. */
export const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** How a password is to come. */
export const passwordOptions = {
  'password-stdin': { type: 'boolean' },
  'generate-password': { type: 'boolean' },
} as const

/**
 * The body of a request as it was given by options, with a password that is asked for last: what can be said before is said
 * before.
 * @param fields by name; those that are undefined were not given
 * @returns the body, and what to say of its password when all is done
 * @throws FieldError
 */
export async function bodyWithPassword<Schema extends TObject<{ password: TString }>>(
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
  { askPassword, language }: Pick<Surroundings, 'askPassword' | 'language'>,
  wanted: { readonly 'password-stdin'?: boolean; readonly 'generate-password'?: boolean },
): Promise<{ body: Static<Schema>; saying: string }> {
  const body = given(fields)
  checkBody(Type.Omit(schema, ['password']), body)
  const generated = wanted['generate-password'] ? generatedPassword() : undefined
  const password = generated ?? (await askPassword(wanted['password-stdin'] ?? false))
  const whole = { ...body, password }
  checkBody(schema, whole)
  const saying = generated === undefined ? '' : `${textsOf(language).generatedPassword(generated)}\n`
  return { body: whole as Static<Schema>, saying }
}
