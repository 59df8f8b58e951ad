import { Type } from 'typebox'
import type { Static, TObject, TString } from 'typebox'
import { generatedPassword } from '../accounts/passwords/policy.ts'
import { ApiError, FieldError } from '../http/errors.ts'
import { textsOf } from './texts.ts'
import type { Language } from '../i18n/messages.ts'
import { translate } from '../i18n/translate.ts'
import { fieldErrorTexts } from '../http/field-error-texts.ts'
import { checkBody } from '../http/validation/check-body.ts'
import { StartupError } from '../config/startup-error.ts'
import type { CommandContext } from './command.ts'

/**
 * Runs work that may refuse fields of a body, and names the options they came from instead. Other errors of the API
 * become a sentence.
 * @param options the option of each field: `{ company_name: '--name' }`
 * @throws StartupError with a line for each error
 */
export async function withOptionNames<T>(
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
    const fields = Object.entries(fieldErrorTexts(error.errors, language))
    const lines = fields.map(([field, texts]) => `${named[field] ?? field}: ${[texts].flat().join(' ')}`)
    throw new StartupError(lines.join('\n  '))
  }
}

/** Fields by name, without those that were not given (undefined). */
export const definedFields = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** The values of options as fields of a body; the option of each field as in `withOptionNames`. */
export const fieldsFrom = (
  options: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([field, option]) => [field, values[option.slice(2)]]))

/** Options for the name and phone of a person, and their fields. */
export const personOptions = {
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  phone: { type: 'string' },
} as const
export const personOptionOf = {
  first_name: '--first-name',
  last_name: '--last-name',
  phone_number: '--phone',
}

/** Options for the source of a password. */
export const passwordOptions = {
  'password-stdin': { type: 'boolean' },
  'generate-password': { type: 'boolean' },
} as const

/**
 * The body of a request as given by options. The password is asked for last, after the other fields have been checked.
 * @param fields by name; those that are undefined were not given
 * @returns the body, and a message about its password to print at the end
 * @throws FieldError
 */
export async function bodyWithPassword<Schema extends TObject<{ password: TString }>>(
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
  { askPassword, language }: Pick<CommandContext, 'askPassword' | 'language'>,
  wanted: { readonly 'password-stdin'?: boolean; readonly 'generate-password'?: boolean },
): Promise<{ body: Static<Schema>; saying: string }> {
  const body = definedFields(fields)
  checkBody(Type.Omit(schema, ['password']), body)
  const generated = wanted['generate-password'] ? generatedPassword() : undefined
  const password = generated ?? (await askPassword(wanted['password-stdin'] ?? false))
  const whole = { ...body, password }
  checkBody(schema, whole)
  const saying = generated === undefined ? '' : `${textsOf(language).generatedPassword(generated)}\n`
  return { body: whole as Static<Schema>, saying }
}
