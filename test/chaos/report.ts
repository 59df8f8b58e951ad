import type { FaultResult } from './chaos.ts'

/** One line for a terminal, while the run goes on. */
export function progressLine(result: FaultResult, index: number, count: number): string {
  const { fault, faults, fleet, committed, traffic } = result
  const place = `[${String(index + 1).padStart(2)}/${count}]`
  const numbers = [
    `${seconds(result.lastedMs)} s`,
    `${committed} events`,
    `${fleet.delivered} deliveries`,
    `worst delay ${Math.round(fleet.worstDelayMs)} ms`,
    `repaired in ${Math.round(result.repairMs)} ms`,
    `${fleet.reconnects} reconnects ${listed(fleet.codes)}`,
    fleet.resyncs.size > 0 && `resyncs ${listed(fleet.resyncs)}`,
    `requests ${traffic.answered} answered, ${traffic.failed} failed, slowest ${Math.round(traffic.slowestMs)} ms`,
    `by message/hole/head ${result.followed.join('/')}`,
  ]
  const lines = [`${place} ${faults.length === 0 ? 'ok  ' : 'LOST'} ${fault.name}: ${fault.title}`]
  lines.push(`        ${numbers.filter(Boolean).join(', ')}`)
  for (const lost of faults.slice(0, 20)) lines.push(`        ! ${lost}`)
  return lines.join('\n')
}

/** The table of docs/reliability.md. */
export function markdownTable(results: readonly FaultResult[]): string {
  const rows = results.map((result) => {
    const { fault, fleet, traffic } = result
    const cells = [
      fault.title,
      seconds(result.lastedMs),
      result.committed,
      fleet.delivered,
      fleet.reconnects,
      `${result.followed[1]} / ${result.followed[2]}`,
      Math.round(fleet.worstDelayMs),
      Math.round(result.repairMs),
      `${traffic.failed} of ${traffic.answered + traffic.failed}`,
      result.faults.length,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const heads = [
    'fault',
    'lasted, s',
    'events',
    'deliveries',
    'reconnects',
    'repaired by hole / head check',
    'worst delay to a screen, ms',
    'repaired after mending, ms',
    'requests failed',
    'lost or repeated',
  ]
  return [
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`,
    ...rows,
  ].join('\n')
}

const seconds = (ms: number) => (ms / 1000).toFixed(1)
const listed = (counts: ReadonlyMap<unknown, number>) =>
  [...counts].map(([key, count]) => `${count}×${String(key)}`).join(' ')
