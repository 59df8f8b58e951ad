import type { FloodReport } from './flood.ts'

/** What a flood came to, for docs/security.md. */
export function floodText({ calm, flooded, login, ready, attack }: FloodReport): string {
  const row = (what: string, { median, p99, longest }: FloodReport['calm']['answer']) =>
    `| ${what} | ${median} | ${p99} | ${longest} |`
  const counts = (by: Record<string, number>) =>
    Object.entries(by)
      .map(([key, n]) => `${key}: ${n}`)
      .join(', ')
  return [
    '| the waiter, in ms | median | p99 | longest |',
    '|---|---|---|---|',
    row('answer to an order, before', calm.answer),
    row('answer to an order, flooded', flooded.answer),
    row('order on the screen, before', calm.event),
    row('order on the screen, flooded', flooded.event),
    '',
    `Orders refused: ${flooded.refused.length}. Login of the waiter meanwhile: ${login}. \`/readyz\`: ${ready}.`,
    `Attackers: ${attack.sockets} sockets open, ${attack.sent} messages sent, sockets closed (${counts(attack.closed)}), connections cut ${attack.cut}, guesses (${counts(attack.guesses)}).`,
  ].join('\n')
}
