import { isUuid } from '../../http/params.ts'
import { fieldError } from '../../http/errors.ts'

/** Where a page ends: moment, to the microsecond, and id of its last entry. */
interface Place {
  readonly at: string
  readonly id: string
}

/** A place as clients carry it, who need not know what it is. */
export const cursorOf = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url')

const moment = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

/** @throws FieldError on `cursor` when it is none of ours */
export function placeOf(cursor: string): Place {
  const [at = '', id] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!isMoment(at) || !isUuid(id)) throw fieldError('cursor', 'invalid')
  return { at, id }
}

function isMoment(at: string): boolean {
  const time = moment.test(at) ? new Date(at) : new Date(Number.NaN)
  // the thirtieth of February would become another day here, and a fault in PostgreSQL
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === at.slice(0, 19)
}
