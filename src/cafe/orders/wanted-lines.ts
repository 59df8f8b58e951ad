import { FieldError, fieldError } from '../../http/errors.ts'
import type { MessageKey, MessageParams } from '../../i18n/messages.ts'
import { maxMoney, parseMoney } from '../../money/money.ts'
import type { SaleUnit } from '../../db/enums.ts'
import { largest, measure, portionsIn, quantityOf, thousandthsOf } from '../quantities.ts'
import { maxUnits } from './schema.ts'
import type { EditedLine, NewLine } from './schema.ts'
import type { ItemRow, Reading } from './order-state.ts'

/** What lines of a request ask for, whatever words the client used. No I/O. */

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

/** What stands on a line that is of no dish: a title and a price that somebody chose. */
export interface Service {
  readonly title: string
  readonly price: number
}

/** Lines about the same, but for their notes. */
interface Subject {
  /** Null on a line of a service. */
  readonly menuItemId: string | null
  readonly service: Service | null
}

/** A line as it was sent: what it means may depend on the dish, and on the line that it is about. */
export interface SentLine extends Subject {
  readonly id?: string
  readonly thousandths: number
  readonly note?: string
  readonly comment?: string
  /** Place in the request's `items`, for error messages; of lines that are one, the last. */
  readonly index: number
}

/** A line somebody wants. */
export interface WantedLine extends Subject {
  readonly id?: string
  readonly saleUnit: SaleUnit
  /** Pieces or grams. */
  readonly quantity: number
  readonly note: string
  readonly index: number
}

/** Says what is wrong with a field of a line. */
export type Fault = (field: string, key: MessageKey, params?: MessageParams) => FieldError

/** 400 on one line: `{"items": [{}, {"quantity": […]}]}`. */
export function itemFault(
  lines: number,
  index: number,
  field: string,
  key: MessageKey,
  params?: MessageParams,
): FieldError {
  return new FieldError({
    // lines that were joined leave fewer than the request had
    items: Array.from({ length: Math.max(lines, index + 1) }, (_, i) =>
      i === index ? { [field]: [{ key, params }] } : {},
    ),
  })
}

/** What lines that may be taken together have in common, but for the note. A piece of a dish is no gram of it. */
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

/** The service that a line of an order is about; null on a line of a dish. */
export const serviceOf = ({
  menuItemId,
  title,
  price,
}: Pick<ItemRow, 'menuItemId' | 'title' | 'price'>): Service | null =>
  menuItemId === null ? { title, price } : null

/**
 * The request's lines in one form; the same dish with the same note twice is one line.
 * @throws FieldError on the line that is of nothing, or has no quantity
 */
export function sentLines(lines: readonly (NewLine | EditedLine)[]): SentLine[] {
  const sent = new Map<string, SentLine>()
  for (const [index, line] of lines.entries()) {
    const fault: Fault = (...what) => itemFault(lines.length, index, ...what)
    const id = 'id' in line ? line.id?.toLowerCase() : undefined
    const subject = subjectSent(line, fault)
    const thousandths = thousandthsOf(line.quantity ?? 1)
    if (thousandths < 0 || (thousandths === 0 && !id)) throw fault('quantity', 'minimum', { limit: 1 })
    const texts = { note: line.note?.trim(), comment: line.comment?.trim() }
    const key = id ?? JSON.stringify([subject, noteSent(texts, '', fault) ?? ''])
    const before = sent.get(key)
    sent.set(key, {
      id,
      ...subject,
      ...texts,
      thousandths: (before?.thousandths ?? 0) + thousandths,
      index,
    })
  }
  return [...sent.values()]
}

function subjectSent(line: NewLine | EditedLine, fault: Fault): Subject {
  if (line.line_kind !== 'service') {
    if (!line.menu_item) throw fault('menu_item', line.menu_item === null ? 'null' : 'required')
    return { menuItemId: line.menu_item.toLowerCase(), service: null }
  }
  if (line.menu_item) throw fault('menu_item', 'contradicts', { field: 'line_kind' })
  const { service_title: title, unit_price: price } = line
  if (title === undefined || title === null) throw fault('service_title', 'required')
  if (price === undefined || price === null) throw fault('unit_price', 'required')
  return { menuItemId: null, service: serviceSent(title, price, fault) }
}

/** @throws FieldError on `service_title` without a text, on `unit_price` that is no amount */
export function serviceSent(title: string, price: string | number, fault: Fault): Service {
  if (title === '') throw fault('service_title', 'blank')
  return { title, price: priceSent(price, fault) }
}

function priceSent(price: string | number, fault: Fault): number {
  try {
    const minorUnits = parseMoney(price)
    if (minorUnits >= 0 && minorUnits <= maxMoney) return minorUnits
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw fault('unit_price', 'not_money')
}

/**
 * The note that a line asks for; undefined where it says nothing of it. Clients know it by one of two names, and some send
 * back the other as they read it, or empty because they never did: an empty `comment` beside a note says nothing, and of
 * two that differ the one counts that is not what the line had.
 * @param had the note that the sender knows
 * @param earlier notes that the line had before
 * @throws FieldError on `comment` when both are new, and different
 */
export function noteSent(
  { note, comment }: Pick<SentLine, 'note' | 'comment'>,
  had: string,
  fault: Fault = fieldError,
  earlier: readonly string[] = [],
): string | undefined {
  if (note === undefined) return comment
  if (comment === undefined || comment === '' || comment === note) return note
  if (note === had || (note === '' && comment !== had)) return comment
  if (comment === had) return note
  const isOld = earlier.includes(note)
  if (isOld !== earlier.includes(comment)) return isOld ? comment : note
  throw fault('comment', 'contradicts', { field: 'note' })
}

/**
 * What the lines of a request mean: in which unit they count, and what they say of the note.
 * @param items the lines of the order
 * @param known what the sender knows of them; all of it when undefined
 * @throws FieldError on the line whose quantity is none, on `items` when an order has more units than a kitchen can be
 *   told of at once
 */
export function wantedLines(
  sent: readonly SentLine[],
  dishes: ReadonlyMap<string, Dish>,
  items: readonly ItemRow[] = [],
  known?: Reading,
): WantedLine[] {
  const wanted = sent.map(({ id, menuItemId, service, thousandths, index, ...texts }): WantedLine => {
    const fault: Fault = (...what) => itemFault(sent.length, index, ...what)
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
      quantity: quantitySent(thousandths, saleUnit, fault, id === undefined ? 1 : 0),
      note: noteSent(texts, had, fault, earlierNotes(own)) ?? had,
      index,
    }
  })
  mustFit(wanted)
  return wanted
}

export const earlierNotes = (item: ItemRow | undefined): string[] =>
  item?.versions.map(([, , note]) => note) ?? []

/**
 * Pieces or grams.
 * @param least 0 where a line that is there may be taken off
 * @throws FieldError on `quantity` that is no whole number of them, too little or too much
 */
export function quantitySent(
  thousandths: number,
  saleUnit: SaleUnit,
  fault: Fault = fieldError,
  least = 1,
): number {
  const quantity = measure(thousandths, saleUnit)
  if (quantity === null) throw fault('quantity', 'not_an_integer')
  if (quantity < least)
    throw fault('quantity', 'minimum', { limit: quantityOf({ quantity: least, saleUnit }) })
  const limit = largest[saleUnit]
  if (quantity > limit)
    throw fault('quantity', 'maximum', { limit: quantityOf({ quantity: limit, saleUnit }) })
  return quantity
}

/** @throws FieldError on `items` when an order has more units than a kitchen can be told of at once */
export function mustFit(lines: readonly Pick<WantedLine, 'menuItemId' | 'saleUnit' | 'quantity'>[]): void {
  const units = lines.reduce((sum, line) => sum + (line.menuItemId === null ? 1 : portionsIn(line)), 0)
  if (units > maxUnits) throw fieldError('items', 'too_many', { limit: maxUnits })
}
