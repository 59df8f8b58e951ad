import { clockText } from './personas.ts'
import type { Day } from './simulate.ts'

/** At most so many differences of one check are written out. */
const shown = 20

/** One line while the day goes on. */
export function progressText(hour: number, { ledger, requests, devices }: Parameters<Progress>[1]): string {
  const { answered, hasty, doubleTaps } = requests
  const figures = [
    `${ledger.orders.size} orders`,
    `${answered} requests`,
    `${hasty} sent again`,
    `${doubleTaps} tapped twice`,
    `${devices.events} events on ${devices.count} devices`,
  ]
  return `${clockText(hour)}  ${figures.join(', ')}`
}

type Progress = (hour: number, soFar: Pick<Day, 'ledger' | 'requests' | 'devices'>) => void

/** The whole day for a person at a terminal. */
export function reportText(day: Day): string {
  const { requests, devices, verdicts } = day
  const lines = [
    `The day ended at ${clockText(day.closedAt)}, after ${(day.tookMs / 1000).toFixed(1)} s; seed ${day.seed}.`,
    '',
    `${day.ledger.orders.size} orders in ${day.house.branches.length} branches, ${requests.answered} requests: ` +
      `${requests.hasty} given up and sent again, ${requests.doubleTaps} tapped twice, ${requests.replayed} answers repeated, ` +
      `${requests.failed} without an answer at first.`,
    `${devices.events} events on ${devices.count} devices: ${devices.reconnects} times back with a position, ` +
      `${devices.restarts} times from a new snapshot, ${devices.resyncs} resyncs; ` +
      `event to screen ${figures(devices.delaysMs)}.`,
    `Refused as the day has it: ${[...requests.refusals].map(([what, n]) => `${n} × ${what}`).join(', ') || 'nothing'}.`,
    '',
    ...[...requests.latencies]
      .sort(([, one], [, other]) => other.length - one.length)
      .map(([action, ms]) => `  ${action.padEnd(30)} ${String(ms.length).padStart(6)} ×  ${figures(ms)}`),
    '',
    ...verdicts.flatMap(({ check, looked, differences }) => [
      `${differences.length === 0 ? 'ok  ' : 'WRONG'} ${check} (${looked} looked at)`,
      ...differences.slice(0, shown).map((difference) => `     ! ${difference}`),
      ...(differences.length > shown ? [`     ! and ${differences.length - shown} more`] : []),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** The same for programs. */
export function reportJson(day: Day): object {
  const { requests, devices, ledger } = day
  return {
    seed: day.seed,
    closed_at: clockText(day.closedAt),
    took_ms: Math.round(day.tookMs),
    branches: day.house.branches.length,
    orders: ledger.orders.size,
    requests: {
      answered: requests.answered,
      given_up: requests.hasty,
      double_taps: requests.doubleTaps,
      replayed: requests.replayed,
      failed_at_first: requests.failed,
      refusals: Object.fromEntries(requests.refusals),
      latency_ms: Object.fromEntries([...requests.latencies].map(([action, ms]) => [action, quantiles(ms)])),
    },
    devices: {
      count: devices.count,
      events: devices.events,
      reconnects: devices.reconnects,
      restarts: devices.restarts,
      resyncs: devices.resyncs,
      delay_ms: quantiles(devices.delaysMs),
    },
    checks: day.verdicts,
    differences: day.verdicts.reduce((sum, { differences }) => sum + differences.length, 0),
  }
}

function quantiles(values: readonly number[]) {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

function figures(values: readonly number[]): string {
  const { p50, p99, max } = quantiles(values)
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`
}
