import type { FieldErrors } from './errors.ts'
import type { Language, Message } from '../i18n/messages.ts'
import { translateMessage } from '../i18n/translate.ts'

/** The texts of a 400, at the paths of the errors in the body. */
export function fieldErrorTexts(errors: FieldErrors, language: Language): object {
  return Object.fromEntries(
    Object.entries(errors).map(([field, known]) => [field, inLanguage(known, language)]),
  )
}

function inLanguage(known: FieldErrors[string], language: Language): unknown {
  if (!Array.isArray(known)) return fieldErrorTexts(known, language)
  return known.map((entry) =>
    isMessage(entry) ? translateMessage(language, entry) : fieldErrorTexts(entry, language),
  )
}

const isMessage = (entry: Message | FieldErrors): entry is Message =>
  typeof (entry as Message).key === 'string'
