/** Money is an integer of minor units in code and a string with two decimals on the wire; never a float. */

/** The largest amount `numeric(12,2)` holds, in minor units. */
export const maxMoney = 999_999_999_999

const decimal = /^(-?)(\d{1,10})(?:\.(\d{1,2})0*)?$/

/**
 * Minor units of a decimal such as `"300.00"`, `"12.5"` or `7`.
 * @throws RangeError when the text is no decimal of at most ten digits and two decimals
 */
export function parseMoney(text: string | number): number {
  const match = decimal.exec(String(text))
  if (!match) throw new RangeError(`not an amount of money: ${text}`)
  const [, sign, whole, fraction = ''] = match
  const minorUnits = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return sign === '-' && minorUnits !== 0 ? -minorUnits : minorUnits
}

/** `30000` → `"300.00"`. */
export function formatMoney(minorUnits: number): string {
  if (!Number.isSafeInteger(minorUnits)) throw new RangeError(`not an integer of minor units: ${minorUnits}`)
  const digits = Math.abs(minorUnits).toString().padStart(3, '0')
  return `${minorUnits < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
