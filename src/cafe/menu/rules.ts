import type { SaleUnit } from '../../db/enums.ts'
import { fieldError } from '../../http/errors.ts'
import type { MenuItemCreate } from './schema.ts'

/**
 * What the price of a dish is for after a change. The flag decides, under either of its names; without it a unit of weight
 * does.
 * @throws FieldError on `is_sold_by_weight` that says something else than `sold_by_weight`
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

/** What the stop-list of a branch says about a dish. */
export interface Stop {
  readonly stopped: boolean
  /** Portions still to be sold; null when nobody counts them. */
  readonly portionsLeft: number | null
}

/** A dish the stop-list does not mention. */
export const onSale: Stop = { stopped: false, portionsLeft: null }

/**
 * The stop after somebody asked for a change; what is not asked for stays. No portions left always means stopped, so
 * new portions put a dish that had run out back on sale, and taking it off the stop-list ends the counting.
 */
export function stopAfter(current: Stop, wanted: Partial<Stop>): Stop {
  const ranOut = current.portionsLeft === 0
  const resumed = wanted.stopped === false
  const kept = resumed && ranOut ? null : current.portionsLeft
  const portionsLeft = wanted.portionsLeft === undefined ? kept : wanted.portionsLeft
  const stopped = wanted.stopped ?? (ranOut && portionsLeft !== 0 ? false : current.stopped)
  return { stopped: stopped || portionsLeft === 0, portionsLeft }
}

/** Whether two stops say the same. */
export const sameStop = (a: Stop, b: Stop): boolean =>
  a.stopped === b.stopped && a.portionsLeft === b.portionsLeft
