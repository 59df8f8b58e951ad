import type { SaleUnit } from '../db/enums.ts'

/**
 * Quantities: pieces, or grams of dishes sold by weight. In code they are integers. On the wire they are in the unit
 * of the price: for a dish sold by the kilogram `1.25` is 1250 grams. No I/O.
 */
export interface Measured {
  readonly quantity: number
  readonly saleUnit: SaleUnit
}

/** Largest quantity of one line: pieces, and grams. */
export const largest = { pcs: 999, kg: 999_999, g: 999_999 } as const satisfies Record<SaleUnit, number>

const gramsInKilogram = 1000

export const isWeighed = ({ saleUnit }: Pick<Measured, 'saleUnit'>): boolean => saleUnit !== 'pcs'

/** The quantity as clients read it. */
export const quantityOf = ({ quantity, saleUnit }: Measured): number =>
  saleUnit === 'kg' ? quantity / gramsInKilogram : quantity

/** Pieces or grams of a quantity in thousandths; null if that is no whole number. */
export function measure(thousandths: number, saleUnit: SaleUnit): number | null {
  if (saleUnit === 'kg') return thousandths
  return thousandths % 1000 === 0 ? thousandths / 1000 : null
}

/** Whole thousandths of a number with at most three decimals. */
export const thousandthsOf = (quantity: number): number => Math.round(quantity * 1000)

/** Price of a quantity in minor units, rounded half up, once. Not exact above `2^53`, which is above any bill. */
export const totalOf = ({ quantity, saleUnit, price }: Measured & { readonly price: number }): number =>
  saleUnit === 'kg'
    ? Math.floor((price * quantity + gramsInKilogram / 2) / gramsInKilogram)
    : price * quantity

/** Number of kitchen tasks: one per piece, one for a weighed dish. */
export const portionsIn = (measured: Measured): number => (isWeighed(measured) ? 1 : measured.quantity)
