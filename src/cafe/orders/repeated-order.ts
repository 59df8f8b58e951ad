import { createHash } from 'node:crypto'
import { canonicalJson } from '../../idempotency/canonical-json.ts'
import { ApiError } from '../../http/errors.ts'
import { groupBy } from '../../lib/group-by.ts'
import { formatMoney, parseMoney } from '../../money/money.ts'
import { guestsOf } from './schema.ts'
import type { OrderCreate, OrderRead } from './schema.ts'
import { noteSent, sentLines } from './requested-lines.ts'
import type { SentLine } from './requested-lines.ts'

/**
 * The normalised content of a new order: defaults filled in, ids in lower case, amounts with two decimals, units of
 * the same dish and note together, lines in one order. Actor and branch are not part of it; nor is the waiter without
 * `waiter`.
 */
type Content = Record<
  'table' | 'client' | 'waiter' | 'guests' | 'note' | 'discount_amount' | 'items',
  unknown
>

function contentOf(body: Pick<OrderCreate, keyof Content>): Content {
  return {
    table: body.table?.toLowerCase() ?? null,
    client: body.client?.toLowerCase() ?? null,
    waiter: body.waiter?.toLowerCase() ?? null,
    guests: guestsOf(body.guests),
    note: (body.note ?? '').trim(),
    discount_amount: formatMoney(parseMoney(body.discount_amount ?? 0)),
    items: linesIn(sentLines(body.items ?? [])),
  }
}

function linesIn(lines: readonly SentLine[]): string[] {
  const units = lines.map(({ menuItemId, service, thousandths, ...texts }) => {
    const note = noteSent(texts, '') ?? ''
    return { line: service ? { ...service, note } : { menuItemId, note }, thousandths }
  })
  return [...groupBy(units, ({ line }) => canonicalJson(line))]
    .map(([line, alike]) => `${alike.reduce((sum, { thousandths }) => sum + thousandths, 0) / 1000} ${line}`)
    .sort()
}

/** Requests with the same hash ask for the same order. */
export const contentHash = (body: OrderCreate): string =>
  createHash('sha256')
    .update(canonicalJson(contentOf(body)))
    .digest('base64url')

/**
 * Whether a request with the id of an existing order repeats the request that created it, however the order was
 * edited since. An order without a client's id has no hash: its present content is compared.
 * @throws ApiError `id_taken` with the present order, the sent content, and the fields that differ
 */
export function requireSameOrder(order: OrderRead, takenWith: string | null, body: OrderCreate): void {
  const sent = contentOf(body)
  const now = contentOf({ ...order, waiter: body.waiter ? order.waiter : null })
  const isBranch = !body.branch || body.branch.toLowerCase() === order.branch
  const differs = (Object.keys(sent) as (keyof Content)[]).filter(
    (field) => canonicalJson(sent[field]) !== canonicalJson(now[field]),
  )
  const isSame = takenWith === null ? differs.length === 0 : takenWith === contentHash(body)
  if (isSame && isBranch) return
  throw new ApiError('id_taken', {
    extra: { current: order, sent: body, differs: isBranch ? differs : ['branch', ...differs] },
  })
}
