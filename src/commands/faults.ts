import { FieldError } from '../errors.ts'
import { fieldsIn } from '../plugins/errors.ts'
import { StartupError } from '../startup-error.ts'

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
