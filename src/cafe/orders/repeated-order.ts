import { createHash } from 'node:crypto'
import { canonicalJson } from '../../idempotency/canonical-json.ts'
import { ApiError } from '../../http/errors.ts'
import { groupBy } from '../../lib/group-by.ts'
import { formatMoney, parseMoney } from '../../money/money.ts'
import { guestsOf } from './schema.ts'
import type { OrderCreate, OrderRead } from './schema.ts'
import { noteSent, sentLines } from './wanted-lines.ts'
import type { SentLine } from './wanted-lines.ts'

/**
 * What an order was taken with, in one form whatever words the client used: defaults filled in, ids in lower case, amounts
 * with two decimals, units of the same dish and note together, lines in one order. Who sends it and in which branch is not
 * part of it; without a `waiter` it says nothing of one.
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

/** Two requests for an order with the same one ask for the same order. */
export const contentHash = (body: OrderCreate): string =>
  createHash('sha256')
    .update(canonicalJson(contentOf(body)))
    .digest('base64url')

/**
 * Whether a request under the id of an order asks for what the order was taken with, however it was edited since. An order
 * that was taken without an id of the client's has no hash: it is compared as it is now.
 * @throws ApiError `id_taken` with the order as it is, what was sent, and in which fields the two differ
 */
export function mustRepeat(order: OrderRead, takenWith: string | null, body: OrderCreate): void {
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
