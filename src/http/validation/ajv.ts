import { Ajv } from 'ajv'
import type { Options } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import { isDay } from '../../lib/calendar.ts'
import { maxMoney, parseMoney } from '../../money/money.ts'
import { cleaning } from '../schemas.ts'

/** Ajv with the formats and keywords of the API's schemas. */
export function createAjv(options: Options): Ajv {
  const instance = new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    ...options,
  })
  // a CommonJS module: its default export is the function itself
  ;(addFormats as unknown as (instance: Ajv) => void)(instance)
  instance.addFormat('date', isDay)
  instance.addKeyword({ keyword: 'money', type: ['string', 'number'], errors: false, validate: isMoney })
  instance.addKeyword({ keyword: 'thousandths', type: 'number', errors: false, validate: hasThreeDecimals })
  instance.addKeyword({ keyword: 'ignores' })
  instance.addKeyword({
    keyword: 'clean',
    type: 'string',
    schemaType: 'string',
    errors: false,
    modifying: true,
    before: 'maxLength',
    validate: cleanInPlace,
  })
  instance.addKeyword({ keyword: 'flag', errors: false, modifying: true, validate: readFlag })
  return instance
}

/** Normalises a text to the form in which it is kept; later keywords see that form. */
function cleanInPlace(
  how: keyof typeof cleaning,
  text: string,
  _: unknown,
  place?: DataValidationCxt,
): boolean {
  if (place) place.parentData[place.parentDataProperty] = cleaning[how](text)
  return true
}

const flags: Record<string, boolean> = { 1: true, true: true, 0: false, false: false }

/** Turns the text of a yes-or-no query parameter into a boolean, in place. */
function readFlag(_: unknown, value: unknown, __: unknown, place?: DataValidationCxt): boolean {
  if (typeof value === 'boolean') return true
  const flag = typeof value === 'string' ? flags[value.toLowerCase()] : undefined
  if (flag === undefined || !place) return false
  place.parentData[place.parentDataProperty] = flag
  return true
}

/** Whether a number has at most three decimals, within the precision of a float. */
const hasThreeDecimals = (_: unknown, value: number): boolean =>
  Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6

function isMoney(_: unknown, value: string | number): boolean {
  try {
    const minorUnits = parseMoney(value)
    return minorUnits >= 0 && minorUnits <= maxMoney
  } catch {
    return false
  }
}
