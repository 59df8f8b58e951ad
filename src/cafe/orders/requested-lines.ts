import { FieldError, fieldError } from '../../http/errors.ts'
import type { MessageKey, MessageParams } from '../../i18n/messages.ts'
import { maxMoney, parseMoney } from '../../money/money.ts'
import type { SaleUnit } from '../../db/enums.ts'
import { largest, measure, portionsIn, quantityOf, thousandthsOf } from '../quantities.ts'
import { maxUnits } from './schema.ts'
import type { EditedLine, LinePatch, NewLine } from './schema.ts'
import type { ItemRow, Reading } from './order-state.ts'

/** Normalises the lines of a request. No I/O. */

/** A dish as it can be ordered in a branch. */
export interface Dish {
  readonly id: string
  readonly title: string
  readonly price: number
  readonly saleUnit: SaleUnit
  readonly kitchenId: string | null
  readonly isActive: boolean
  readonly stopped: boolean
  /** Portions still to be sold; null when they are not counted. */
  readonly portionsLeft: number | null
}

/** A line without a dish: its own title and price. */
export interface Service {
  readonly title: string
  readonly price: number
}

/** Lines of the same dish or service, whatever their notes. */
interface Subject {
  /** Null on a line of a service. */
  readonly menuItemId: string | null
  readonly service: Service | null
}

/** A line as sent; its meaning may depend on the dish and on the present line. */
export interface SentLine extends Subject {
  readonly id?: string
  readonly thousandths: number
  readonly note?: string
  readonly comment?: string
  /** Why the line is refused; its quantity is then 0. */
  readonly rejection?: string
  /** Place in the request's `items`, for error messages; of joined lines, the last. */
  readonly index: number
}

/** A wanted line. */
export interface RequestedLine extends Subject {
  readonly id?: string
  readonly saleUnit: SaleUnit
  /** Pieces or grams. */
  readonly quantity: number
  readonly note: string
  readonly rejection?: string
  readonly index: number
}

/** Makes the error of a field of a line. */
export type ErrorAt = (field: string, key: MessageKey, params?: MessageParams) => FieldError

/** 400 on one line: `{"items": [{}, {"quantity": […]}]}`. */
export function itemError(
  lines: number,
  index: number,
  field: string,
  key: MessageKey,
  params?: MessageParams,
): FieldError {
  return new FieldError({
    // joined lines are fewer than the request's
    items: Array.from({ length: Math.max(lines, index + 1) }, (_, i) =>
      i === index ? { [field]: [{ key, params }] } : {},
    ),
  })
}

/** Key of lines that may be joined, without the note. Pieces and grams of a dish differ. */
export const subjectOf = ({
  menuItemId,
  service,
  saleUnit,
}: Subject & { readonly saleUnit: SaleUnit }): string =>
  service
    ? `service ${service.price} ${service.title}`
    : `${menuItemId}${saleUnit === 'pcs' ? '' : ` ${saleUnit}`}`

export const isServiceSubject = (subject: string): boolean => subject.startsWith('service ')

/** The same of a line of an order. */
export const subjectOfItem = (item: Pick<ItemRow, 'menuItemId' | 'title' | 'price' | 'saleUnit'>): string =>
  subjectOf({ ...item, service: serviceOf(item) })

/** The service of an order line; null for a dish. */
export const serviceOf = ({
  menuItemId,
  title,
  price,
}: Pick<ItemRow, 'menuItemId' | 'title' | 'price'>): Service | null =>
  menuItemId === null ? { title, price } : null

/**
 * The normalised lines of the request; lines with the same dish and note are joined.
 * @throws FieldError on a line without a dish and service, or without a quantity, and on a rejected one without `id`
 */
export function sentLines(lines: readonly (NewLine | EditedLine)[]): SentLine[] {
  const sent = new Map<string, SentLine>()
  for (const [index, line] of lines.entries()) {
    const errorAt: ErrorAt = (...what) => itemError(lines.length, index, ...what)
    const id = 'id' in line ? line.id?.toLowerCase() : undefined
    const subject = subjectSent(line, errorAt)
    if (line.is_rejected && !id) throw errorAt('is_rejected', 'rejects_new_line')
    const rejection = rejectionSent(line)
    const thousandths = rejection === undefined ? thousandthsOf(line.quantity ?? 1) : 0
    if (thousandths < 0 || (thousandths === 0 && !id)) throw errorAt('quantity', 'minimum', { limit: 1 })
    const texts = { note: line.note?.trim(), comment: line.comment?.trim() }
    const key = id ?? JSON.stringify([subject, noteSent(texts, '', errorAt) ?? ''])
    const before = sent.get(key)
    sent.set(key, {
      id,
      ...subject,
      ...texts,
      rejection,
      thousandths: (before?.thousandths ?? 0) + thousandths,
      index,
    })
  }
  return [...sent.values()]
}

/** Why a line is rejected, perhaps without a word; undefined if it is not. */
export const rejectionSent = ({
  is_rejected: isRejected,
  rejection_reason: reason,
}: Pick<LinePatch, 'is_rejected' | 'rejection_reason'>): string | undefined =>
  isRejected ? (reason?.trim() ?? '') : undefined

function subjectSent(line: NewLine | EditedLine, errorAt: ErrorAt): Subject {
  if (line.line_kind !== 'service') {
    if (!line.menu_item) throw errorAt('menu_item', line.menu_item === null ? 'null' : 'required')
    return { menuItemId: line.menu_item.toLowerCase(), service: null }
  }
  if (line.menu_item) throw errorAt('menu_item', 'contradicts', { field: 'line_kind' })
  const { service_title: title, unit_price: price } = line
  if (title === undefined || title === null) throw errorAt('service_title', 'required')
  if (price === undefined || price === null) throw errorAt('unit_price', 'required')
  return { menuItemId: null, service: serviceSent(title, price, errorAt) }
}

/** @throws FieldError on an empty `service_title`, on an invalid `unit_price` */
export function serviceSent(title: string, price: string | number, errorAt: ErrorAt): Service {
  if (title === '') throw errorAt('service_title', 'blank')
  return { title, price: priceSent(price, errorAt) }
}

function priceSent(price: string | number, errorAt: ErrorAt): number {
  try {
    const minorUnits = parseMoney(price)
    if (minorUnits >= 0 && minorUnits <= maxMoney) return minorUnits
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw errorAt('unit_price', 'not_money')
}

/**
 * The note that a line asks for; undefined if it has none. Clients use one of two names, and some send the other back
 * as they read it, or empty: an empty `comment` next to a note is ignored, and of two different texts the one that
 * the line did not have counts.
 * @param had the note that the client knows
 * @param earlier notes that the line had before
 * @throws FieldError on `comment` when both are new, and different
 */
export function noteSent(
  { note, comment }: Pick<SentLine, 'note' | 'comment'>,
  had: string,
  errorAt: ErrorAt = fieldError,
  earlier: readonly string[] = [],
): string | undefined {
  if (note === undefined) return comment
  if (comment === undefined || comment === '' || comment === note) return note
  if (note === had || (note === '' && comment !== had)) return comment
  if (comment === had) return note
  const isOld = earlier.includes(note)
  if (isOld !== earlier.includes(comment)) return isOld ? comment : note
  throw errorAt('comment', 'contradicts', { field: 'note' })
}

/**
 * Resolves the unit and the note of the request's lines.
 * @param items the lines of the order
 * @param known what the client knows of them; everything when undefined
 * @throws FieldError on a line with an invalid quantity, on `items` when the order has too many units
 */
export function requestedLines(
  sent: readonly SentLine[],
  dishes: ReadonlyMap<string, Dish>,
  items: readonly ItemRow[] = [],
  known?: Reading,
): RequestedLine[] {
  const wanted = sent.map(
    ({ id, menuItemId, service, thousandths, rejection, index, ...texts }): RequestedLine => {
      const errorAt: ErrorAt = (...what) => itemError(sent.length, index, ...what)
      const item = id === undefined ? undefined : items.find((each) => each.id === id)
      const own = item?.menuItemId === menuItemId ? item : undefined
      const dish = menuItemId === null ? undefined : dishes.get(menuItemId)
      const saleUnit = own?.saleUnit ?? dish?.saleUnit ?? 'pcs'
      const had = (id && known?.get(id)?.note) ?? own?.note ?? ''
      return {
        id,
        menuItemId,
        service,
        saleUnit,
        quantity: quantitySent(thousandths, saleUnit, errorAt, id === undefined ? 1 : 0),
        note: noteSent(texts, had, errorAt, earlierNotes(own)) ?? had,
        rejection,
        index,
      }
    },
  )
  refuseTooManyUnits(wanted)
  return wanted
}

export const earlierNotes = (item: ItemRow | undefined): string[] =>
  item?.versions.map(([, , note]) => note) ?? []

/**
 * Pieces or grams.
 * @param least 0 if an existing line may be removed
 * @throws FieldError on a `quantity` that is no whole number, too small or too large
 */
export function quantitySent(
  thousandths: number,
  saleUnit: SaleUnit,
  errorAt: ErrorAt = fieldError,
  least = 1,
): number {
  const quantity = measure(thousandths, saleUnit)
  if (quantity === null) throw errorAt('quantity', 'not_an_integer')
  if (quantity < least)
    throw errorAt('quantity', 'minimum', { limit: quantityOf({ quantity: least, saleUnit }) })
  const limit = largest[saleUnit]
  if (quantity > limit)
    throw errorAt('quantity', 'maximum', { limit: quantityOf({ quantity: limit, saleUnit }) })
  return quantity
}

/** @throws FieldError on `items` when the order has too many units */
export function refuseTooManyUnits(
  lines: readonly Pick<RequestedLine, 'menuItemId' | 'saleUnit' | 'quantity'>[],
): void {
  const units = lines.reduce((sum, line) => sum + (line.menuItemId === null ? 1 : portionsIn(line)), 0)
  if (units > maxUnits) throw fieldError('items', 'too_many', { limit: maxUnits })
}
