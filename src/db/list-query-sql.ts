import { and, or, sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import { fieldError } from '../http/errors.ts'
import type { FieldError } from '../http/errors.ts'
import { nearest } from '../http/unknown-fields/nearest.ts'
import { wordsOf } from '../text/clean-text.ts'

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

/** A text in the form in which texts are compared: see the function `folded` in the migrations. */
export const folded = (text: SQLWrapper): SQL => sql`folded(${text}::text)`

/** The same of what a person typed, once a statement instead of once a row. */
const foldedOnce = (typed: string): SQL => sql`(select ${folded(sql`${typed}`)})`

/** Whether a folded column says the same as what a person typed, for filters by a title. */
export const sameText = (foldedColumn: SQLWrapper, text: string | undefined): SQL | undefined =>
  text === undefined ? undefined : sql`${foldedColumn} = ${foldedOnce(text)}`

/** Whether a text, folded already or a number, contains a word. */
export type Holds = (text: SQLWrapper) => SQL

/**
 * Rows in which every word of a search is found, in whatever order.
 * @param found where one word may stand
 */
export function everyWord(search: string | undefined, found: (holds: Holds) => SQL): SQL | undefined {
  const words = wordsOf(search ?? '').map(foldedOnce)
  return and(...words.map((word) => found((text) => sql`strpos(${text}::text, ${word}) > 0`)))
}

/** Rows of which one of several texts, folded already or numbers, contains each word of a search. */
export const searchIn = (search: string | undefined, texts: readonly SQLWrapper[]): SQL | undefined =>
  everyWord(search, (holds) => or(...texts.map(holds))!)
