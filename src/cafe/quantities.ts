import type { SaleUnit } from '../db/enums.ts'

/**
 * How much of something: pieces, or grams of what is sold by weight. In code it is an integer of these; on the wire it
 * counts in the unit the price is for, so that of a dish sold by the kilogram `1.25` is 1250 grams. No I/O.
 */
export interface Measured {
  readonly quantity: number
  readonly saleUnit: SaleUnit
}

/** Largest quantity of one line: pieces, and grams. */
export const largest = { pcs: 999, kg: 999_999, g: 999_999 } as const satisfies Record<SaleUnit, number>

const gramsInKilogram = 1000

export const isWeighed = ({ saleUnit }: Pick<Measured, 'saleUnit'>): boolean => saleUnit !== 'pcs'

/** As clients read it. */
export const quantityOf = ({ quantity, saleUnit }: Measured): number =>
  saleUnit === 'kg' ? quantity / gramsInKilogram : quantity

/** Pieces or grams of what a client wrote, in thousandths; null where that is no whole number of them. */
export function measure(thousandths: number, saleUnit: SaleUnit): number | null {
  if (saleUnit === 'kg') return thousandths
  return thousandths % 1000 === 0 ? thousandths / 1000 : null
}

/** Whole thousandths of a number with at most three decimals. */
export const thousandthsOf = (quantity: number): number => Math.round(quantity * 1000)

/** Money for so much, in minor units; half of one is rounded up, once. Above `2^53` it is not exact, and above any bill. */
export const totalOf = ({ quantity, saleUnit, price }: Measured & { readonly price: number }): number =>
  saleUnit === 'kg'
    ? Math.floor((price * quantity + gramsInKilogram / 2) / gramsInKilogram)
    : price * quantity

/** How many tasks of the kitchen it makes: one for each piece, one for what is weighed. */
export const portionsIn = (measured: Measured): number => (isWeighed(measured) ? 1 : measured.quantity)
