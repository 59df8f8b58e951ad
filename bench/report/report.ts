/** What a scenario found, ready to be written down. */
export interface Report {
  /** Names the scenario and its file. */
  readonly name: string
  readonly title: string
  readonly tables: readonly Table[]
  /** Everything measured, round by round. */
  readonly data: unknown
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What must be known to read it. */
  readonly note?: string
}

export function markdownOf({ columns, rows, note }: Table): string {
  const lines = [
    `| ${columns.join(' | ')} |`,
    `|${columns.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ]
  return note ? `${lines.join('\n')}\n\n${note}` : lines.join('\n')
}

/** 1234567 as `1.23 M`. */
export function short(value: number): string {
  if (value >= 999_500) return `${trimmed(value / 1e6)} M`
  if (value >= 9995) return `${trimmed(value / 1e3)} k`
  return trimmed(value)
}

/** Three digits that say something. */
export function trimmed(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.01 ? 2 : 3
  return value.toFixed(decimals)
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** How often a figure of ours goes into that of another. */
export const times = (ratio: number): string => `${trimmed(ratio)}×`
