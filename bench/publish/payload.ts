/**
 * The data of an `order_created` of about 650 bytes, as an order with one line has it, behind two numbers for whoever
 * measures: `n` rises by one with every event of a branch, `t` is the moment it was published.
 */
export function orderCreated({ company, branch, n, t }: Order): string {
  return `{"n":${n},"t":${t},"order":${orderOf(company, branch)}}`
}

export interface Order {
  readonly company: string
  readonly branch: string
  readonly n: number
  /** Microseconds of CLOCK_MONOTONIC. */
  readonly t: number
}

/** Microseconds of CLOCK_MONOTONIC, which all processes of a machine share. */
export const monotonicMicros = (): number => Number(process.hrtime.bigint() / 1000n)

/** The same data as if it were published at another moment. */
export const publishedAt = (data: string, t: number): string => data.replace(/"t":\d+/, `"t":${t}`)

const known = new Map<string, string>()

function orderOf(company: string, branch: string): string {
  let text = known.get(branch)
  if (!text) known.set(branch, (text = JSON.stringify({ ...template, company, branch })))
  return text
}

const at = '2026-01-15T12:34:56.789Z'

const template = {
  id: '0190f3c2-5a41-7c3e-9f00-3b1c2d4e5f60',
  number: 128,
  table: '0190f3c2-5a41-7c3e-9f00-3b1c2d4e5f61',
  table_number: 12,
  waiter_label: 'Айгуль Асанова',
  guests: 2,
  status: 'open',
  is_paid: false,
  total_amount: '940.00',
  final_amount: '940.00',
  created_at: at,
  items: [
    {
      id: '0190f3c2-5a41-7c3e-9f00-3b1c2d4e5f63',
      menu_item_title: 'Бозо',
      menu_item_price: '470.00',
      quantity: 2,
    },
  ],
}
