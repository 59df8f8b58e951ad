import { isUuid } from '../../http/params.ts'
import { fieldError } from '../../http/errors.ts'

/** Where a page ends: moment, to the microsecond, and id of its last entry. */
interface Place {
  readonly at: string
  readonly id: string
}

/** The cursor as an opaque text for clients. */
export const cursorOf = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url')

const moment = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

/** @throws FieldError on `cursor` when it is not valid */
export function placeOf(cursor: string): Place {
  const [at = '', id] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!isMoment(at) || !isUuid(id)) throw fieldError('cursor', 'invalid')
  return { at, id }
}

function isMoment(at: string): boolean {
  const time = moment.test(at) ? new Date(at) : new Date(Number.NaN)
  // 30 February becomes another day here, and an error in PostgreSQL
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === at.slice(0, 19)
}
