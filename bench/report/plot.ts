import { short } from './report.ts'

export interface Plot {
  readonly title: string
  /** Names of the axes; both are logarithmic. */
  readonly x: string
  readonly y: string
  readonly series: readonly {
    readonly name: string
    readonly points: readonly (readonly [number, number])[]
  }[]
}

const width = 640
const height = 360
const margin = { left: 70, right: 20, top: 44, bottom: 48 }
const colours = ['#2563eb', '#d97706', '#059669', '#dc2626']

/** A plot as an SVG picture, with the value at every point. */
export function plotOf({ title, x, y, series }: Plot): string {
  const points = series.flatMap((one) => one.points)
  const xScale = scaleOf(
    points.map((point) => point[0]),
    margin.left,
    width - margin.right,
  )
  const yScale = scaleOf(
    points.map((point) => point[1]),
    height - margin.bottom,
    margin.top,
  )
  const grid = [
    ...xScale.ticks.map((tick) => {
      const at = xScale.at(tick)
      return `<path d="M${at} ${margin.top}V${height - margin.bottom}" stroke="#e5e7eb"/><text x="${at}" y="${height - margin.bottom + 18}" text-anchor="middle">${short(tick)}</text>`
    }),
    ...yScale.ticks.map((tick) => {
      const at = yScale.at(tick)
      return `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#e5e7eb"/><text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${short(tick)}</text>`
    }),
  ]
  const lines = series.map(({ name, points: own }, i) => {
    const colour = colours[i % colours.length]!
    const placed = own.map(([px, py]) => [xScale.at(px), yScale.at(py), py] as const)
    const path = placed.map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${px} ${py}`).join('')
    const marks = placed.map(
      ([px, py, value]) =>
        `<circle cx="${px}" cy="${py}" r="4" fill="${colour}"/><text x="${px}" y="${py - 9}" text-anchor="middle" fill="${colour}">${short(value)}</text>`,
    )
    const legend =
      series.length > 1
        ? `<text x="${margin.left + 12 + i * 120}" y="${margin.top - 8}" fill="${colour}">● ${name}</text>`
        : ''
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}${legend}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#374151">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${width / 2}" y="20" text-anchor="middle" font-size="14" font-weight="bold">${title}</text>
${grid.join('\n')}
${lines.join('\n')}
<text x="${(margin.left + width - margin.right) / 2}" y="${height - 10}" text-anchor="middle">${x}</text>
<text transform="translate(16 ${(margin.top + height - margin.bottom) / 2}) rotate(-90)" text-anchor="middle">${y}</text>
</svg>
`
}

interface Scale {
  at(value: number): number
  /** Powers of ten. */
  readonly ticks: readonly number[]
}

function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const least = Math.floor(Math.log10(Math.min(...values)))
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    at: (value) =>
      Math.round((from + ((Math.log10(value) - least) / (most - least)) * (to - from)) * 10) / 10,
    ticks: Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i)),
  }
}
