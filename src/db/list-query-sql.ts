import { and, or, sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import { fieldError } from '../http/errors.ts'
import type { FieldError } from '../http/errors.ts'
import { nearest } from '../http/unknown-fields/nearest.ts'
import { wordsOf } from '../text/clean-text.ts'

/**
 * ORDER BY of a list: the fields of `ordering`, else the default. The id is always last, so that pages neither repeat nor
 * skip a row.
 * @throws FieldError on `ordering` for an unknown field
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

/** A text column in alphabetical order (ё next to е, upper next to lower case), not in byte order. */
export const alphabetical = (column: SQLWrapper): SQL => sql`${column} collate "und-x-icu"`

/** A text in its form for comparisons: see the function `folded` in the migrations. */
export const folded = (text: SQLWrapper): SQL => sql`folded(${text}::text)`

/** `folded` of user input, computed once per statement instead of once per row. */
const foldedOnce = (typed: string): SQL => sql`(select ${folded(sql`${typed}`)})`

/** Whether a folded column equals user input, for filters by title. */
export const sameText = (foldedColumn: SQLWrapper, text: string | undefined): SQL | undefined =>
  text === undefined ? undefined : sql`${foldedColumn} = ${foldedOnce(text)}`

/** Whether a text (folded, or a number) contains a word. */
export type Holds = (text: SQLWrapper) => SQL

/**
 * Rows that contain every word of a search, in any order.
 * @param found the condition for one word
 */
export function everyWord(search: string | undefined, found: (holds: Holds) => SQL): SQL | undefined {
  const words = wordsOf(search ?? '').map(foldedOnce)
  return and(...words.map((word) => found((text) => sql`strpos(${text}::text, ${word}) > 0`)))
}

/** Rows in which each word of a search is in one of several texts (folded, or numbers). */
export const searchIn = (search: string | undefined, texts: readonly SQLWrapper[]): SQL | undefined =>
  everyWord(search, (holds) => or(...texts.map(holds))!)
