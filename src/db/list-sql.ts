import { sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import { fieldError } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import { nearest } from '../requests/nearest.ts'

/**
 * ORDER BY of a list: what `ordering` asks for among the known fields, else the default, and always the id last, so that
 * pages neither repeat nor skip a row.
 * @throws FieldError on `ordering` for a field that is none of them
 */
export function orderingOf(
  ordering: string | undefined,
  fields: Record<string, SQLWrapper>,
  fallback: string,
  id: SQLWrapper,
): SQL[] {
  const parse = (list: string): SQL[] =>
    list
      .split(',')
      .map((term) => term.trim())
      .filter(Boolean)
      .map((term) => {
        const descending = term.startsWith('-')
        const name = term.slice(descending ? 1 : 0)
        if (!Object.hasOwn(fields, name)) throw unknownOrdering(name, Object.keys(fields))
        return descending ? sql`${fields[name]} desc nulls last` : sql`${fields[name]} asc nulls last`
      })
  const wanted = parse(ordering ?? '')
  return [
    ...(wanted.length > 0 ? wanted : parse(fallback)),
    sql`${id} ${sql.raw(descendingFirst(ordering ?? fallback))}`,
  ]
}

function unknownOrdering(name: string, known: readonly string[]): FieldError {
  const value = name.slice(0, 100)
  const near = nearest(name, known)
  return near
    ? fieldError('ordering', 'unknown_ordering', { value, nearest: near })
    : fieldError('ordering', 'unknown_ordering_of', { value, known: known.join(', ') })
}

/** The id follows the direction of the first field, so that "newest first" stays newest first within one millisecond. */
const descendingFirst = (ordering: string): string => (ordering.trim().startsWith('-') ? 'desc' : 'asc')

/** A text column in the order of the alphabet (ё beside е, capitals beside small letters), not of bytes. */
export const alphabetical = (column: SQLWrapper): SQL => sql`${column} collate "und-x-icu"`

/** Case-insensitive equality, for filters by a title. */
export const sameText = (column: SQLWrapper, text: string | undefined): SQL | undefined =>
  text === undefined ? undefined : sql`lower(${column}) = lower(${text})`

/** Case-insensitive "contains" over several columns; `%` and `_` of the person's text mean themselves. */
export function searchIn(search: string | undefined, columns: SQLWrapper[]): SQL | undefined {
  if (!search) return undefined
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`(${sql.join(
    columns.map((column) => sql`${column}::text ilike ${pattern}`),
    sql` or `,
  )})`
}
