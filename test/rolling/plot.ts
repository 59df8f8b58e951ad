import type { RollingResult } from './rolling.ts'

const width = 860
const left = 60
const right = 20
const top = 54
const upper = 190
const gap = 64
const lower = 90
const bottom = 44
const height = top + upper + gap + lower + bottom
const colours = ['#2f6f8f', '#d98c3a', '#5b8c5a']

/** What sockets did while each replica was replaced, as SVG: who held how many, and how many were closed per second. */
export function plotOf({ samples, replacements, lastedMs }: RollingResult): string {
  const x = (atMs: number) => left + (atMs / lastedMs) * (width - left - right)
  const most = roundUp(Math.max(...samples.flatMap(({ sockets }) => sockets)))
  const yUpper = (count: number) => top + upper - (count / most) * upper
  const closes = replacements.flatMap((each) => each.closes)
  const bars = perSecond(closes, lastedMs)
  const mostClosed = roundUp(Math.max(...bars))
  const base = top + upper + gap + lower
  const yLower = (count: number) => base - (count / mostClosed) * lower

  const drains = replacements.map(({ name, stoppedAtMs, endedAtMs }) => {
    const [from, to] = [x(stoppedAtMs), x(endedAtMs)]
    return `<rect x="${round(from)}" y="${top}" width="${round(to - from)}" height="${base - top}" fill="#00000010"/>
<text x="${round((from + to) / 2)}" y="${top - 8}" text-anchor="middle">${name} drains</text>`
  })
  const lines = replacements.map(({ name }, i) => {
    const points = samples.map(({ atMs, sockets }) => `${round(x(atMs))},${round(yUpper(sockets[i]!))}`)
    return `<polyline fill="none" stroke="${colours[i]}" stroke-width="2" points="${points.join(' ')}"/>
<text x="${left + 12 + i * 90}" y="${top + upper + 34}" fill="${colours[i]}">■ ${name}</text>`
  })
  const columns = bars.map((count, second) => {
    const [from, to] = [x(second * 1000), x(Math.min((second + 1) * 1000, lastedMs))]
    return count === 0
      ? ''
      : `<rect x="${round(from)}" y="${round(yLower(count))}" width="${round(to - from - 1)}" height="${round(base - yLower(count))}" fill="#8a4f7d"/>`
  })
  const seconds = Array.from({ length: Math.floor(lastedMs / 10_000) + 1 }, (_, i) => i * 10)
  const ticks = seconds.map(
    (second) =>
      `<text x="${round(x(second * 1000))}" y="${base + 18}" text-anchor="middle">${second} s</text>`,
  )
  const scale = (y: (count: number) => number, highest: number) =>
    [0, highest / 2, highest].map(
      (
        count,
      ) => `<line x1="${left}" x2="${width - right}" y1="${round(y(count))}" y2="${round(y(count))}" stroke="#0000001f"/>
<text x="${left - 8}" y="${round(y(count)) + 4}" text-anchor="end">${count}</text>`,
    )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>Sockets while three replicas are replaced one after the other</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="20" font-size="14" font-weight="600">Open sockets of each replica</text>
${drains.join('\n')}
${scale(yUpper, most).join('\n')}
${lines.join('\n')}
<text x="${left}" y="${top + upper + gap - 8}" font-size="14" font-weight="600">Sockets closed per second</text>
${scale(yLower, mostClosed).join('\n')}
${columns.filter(Boolean).join('\n')}
${ticks.join('\n')}
</svg>
`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** The next number of the form 1, 2 or 5 × 10ⁿ. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!
}

function perSecond(times: readonly number[], lastedMs: number): number[] {
  const counts = Array.from({ length: Math.ceil(lastedMs / 1000) }, () => 0)
  for (const time of times) counts[Math.min(counts.length - 1, Math.floor(time / 1000))]!++
  return counts
}
