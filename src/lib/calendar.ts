/** Whether a text is a valid date, `YYYY-MM-DD`, that PostgreSQL accepts too: it has no year 0. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

/** Clamps a time to the years 1 to 9999, which both JavaScript and PostgreSQL write with four digits. */
export const withinCalendar = (timeMs: number): Date => new Date(Math.min(Math.max(timeMs, first), last))

/** `06:30` → 390: minutes after midnight. */
export const minutesOfDay = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** 390 → `06:30`. */
export const clockOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
