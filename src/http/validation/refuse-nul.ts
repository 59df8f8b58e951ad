import { fieldError } from '../errors.ts'

/** Refuses the NUL character, which PostgreSQL's text cannot hold, and names the field. */
export function refuseNul(body: unknown): void {
  // a list instead of recursion: the nesting of a body may exceed the stack
  const waiting: { field: string; value: unknown }[] = [{ field: '', value: body }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { field, value } = next
    if (typeof value === 'string' && value.includes('\0')) {
      throw fieldError(field || 'non_field_errors', 'nul_character')
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) waiting.push({ field: field || key, value: inner })
  }
}
