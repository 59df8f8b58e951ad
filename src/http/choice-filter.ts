import { fieldError } from './errors.ts'

/**
 * Values of a filter that takes one, a comma list or several: `?status=pending,ready` or
 * `?status=pending&status=ready`.
 * @throws FieldError on the filter for a value that is not a choice
 */
export function choicesOf<T extends string>(
  field: string,
  given: readonly string[],
  choices: readonly T[],
): T[] {
  const values = given.flatMap((part) => part.split(',')).map((part) => part.trim())
  return values.filter(Boolean).map((value) => {
    const choice = choices.find((known) => known === value)
    if (!choice) throw fieldError(field, 'not_a_choice', { value, choices: choices.join(', ') })
    return choice
  })
}
