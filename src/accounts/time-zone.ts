import { getAllTimezones } from 'countries-and-timezones'
import type { Tx } from '../db/database.ts'
import { knownZones } from '../db/time-zones.ts'
import { fieldError } from '../http/errors.ts'

/**
 * The name to store for a time zone: the current IANA name, or an older one if PostgreSQL knows only that. Browsers
 * send old names (`Asia/Calcutta`), and images of PostgreSQL without legacy names know only new ones.
 * @returns the input if it is undefined, null or empty
 * @throws FieldError on `timezone` for a zone that this runtime or PostgreSQL does not know
 */
export async function savedZone<Name extends string | null | undefined>(
  tx: Tx,
  name: Name,
): Promise<Name | string> {
  if (!name) return name
  const names = namesOfZone(name).filter(isTimeZone)
  const known = names.length > 0 ? await knownZones(tx, names) : []
  const saved = names.map((one) => known.find((other) => sameName(other, one))).find(Boolean)
  if (!saved) throw fieldError('timezone', 'not_a_time_zone', { value: name })
  return saved
}

/** All names of a zone: the current one, the given one, then its other old ones. */
export function namesOfZone(name: string): string[] {
  const all = Object.values(getAllTimezones({ deprecated: true }))
  const given = all.find((zone) => sameName(zone.name, name))
  const present = given?.aliasOf ?? given?.name ?? name
  const others = all.filter(({ aliasOf }) => aliasOf === present).map((zone) => zone.name)
  return [...new Set([present, given?.name ?? name, ...others])]
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Whether this runtime knows a zone. */
function isTimeZone(name: string): boolean {
  // newer runtimes accept offsets such as +06:00, databases do not
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
