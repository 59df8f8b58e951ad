/** Minor units per order or guest, rounded half up; 0 when there are none. */
export const average = (amount: number, count: number): number =>
  count === 0 ? 0 : Math.round(amount / count)

const dayMs = 86_400_000

/** The day a number of days later or earlier, but not before the first possible day. */
export function shiftDay(day: string, by: number): string {
  const time = Date.parse(`${day}T00:00:00Z`) + by * dayMs
  return new Date(Math.max(time, Date.parse('0001-01-01T00:00:00Z'))).toISOString().slice(0, 10)
}
