import type { SaleUnit } from '../../db/enums.ts'
import { fieldError } from '../../http/errors.ts'
import type { MenuItemCreate } from './schema.ts'

/**
 * The sale unit of a dish after a change. The flag decides, under either name; without it a unit of weight does.
 * @throws FieldError on `is_sold_by_weight` that differs from `sold_by_weight`
 */
export function saleUnitAfter(
  before: SaleUnit,
  {
    sold_by_weight: flag,
    is_sold_by_weight: alias = flag,
    sale_unit: unit,
  }: Pick<MenuItemCreate, 'sold_by_weight' | 'is_sold_by_weight' | 'sale_unit'>,
): SaleUnit {
  const weighed = flag ?? alias
  if (weighed !== alias) throw fieldError('is_sold_by_weight', 'contradicts', { field: 'sold_by_weight' })
  if (weighed === undefined) return unit ?? before
  if (!weighed) return 'pcs'
  const [asked = 'kg'] = [unit, before].filter((each) => each !== undefined && each !== 'pcs')
  return asked
}

/** The stop-list entry of a dish in a branch. */
export interface Stop {
  readonly stopped: boolean
  /** Portions still to be sold; null when they are not counted. */
  readonly portionsLeft: number | null
}

/** A dish without an entry. */
export const onSale: Stop = { stopped: false, portionsLeft: null }

/**
 * The entry after a change; missing fields stay. No portions left means stopped. New portions put a dish back on
 * sale, and taking it off the stop-list ends the counting.
 */
export function stopAfter(current: Stop, wanted: Partial<Stop>): Stop {
  const ranOut = current.portionsLeft === 0
  const resumed = wanted.stopped === false
  const kept = resumed && ranOut ? null : current.portionsLeft
  const portionsLeft = wanted.portionsLeft === undefined ? kept : wanted.portionsLeft
  const stopped = wanted.stopped ?? (ranOut && portionsLeft !== 0 ? false : current.stopped)
  return { stopped: stopped || portionsLeft === 0, portionsLeft }
}

/** Whether two entries are equal. */
export const sameStop = (a: Stop, b: Stop): boolean =>
  a.stopped === b.stopped && a.portionsLeft === b.portionsLeft
