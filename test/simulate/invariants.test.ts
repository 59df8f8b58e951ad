import t from 'tap'
import { checkBooks } from './invariants.ts'
import type { Books } from './invariants.ts'
import { emptyLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import type { OrderRead, TableRead, TaskRead } from './wire.ts'

/** An order of two units at table 1, settled in cash and still at the table; one unit ready, one in the making. */
function oneOrder(): {
  books: Books
  ledger: Ledger
  order: OrderRead
  tables: TableRead[]
  tasks: TaskRead[]
} {
  const order = {
    id: 'order',
    number: 1,
    business_day: '2024-03-01',
    table: 'table',
    status: 'open',
    is_paid: true,
    payment_method: 'cash',
    total_amount: '20.20',
    discount_amount: '0.20',
    final_amount: '20.00',
    amount_due: '0.00',
    balance_due: '0.00',
    refunded_amount: '5.00',
    items: [
      {
        id: 'line',
        menu_item: 'dish',
        menu_item_title: 'Soup',
        menu_item_price: '10.10',
        quantity: 2,
        note: 'mark',
        line_total: '20.20',
        tasks: { pending: 0, in_progress: 1, ready: 1, cancelled: 0 },
      },
    ],
  } as unknown as OrderRead
  const tables = [
    { id: 'table', number: 1, status: 'busy' },
    { id: 'other', number: 2, status: 'free' },
  ] as TableRead[]
  const tasks = ['in_progress', 'ready'].map((status, i) => ({
    id: `task ${i}`,
    order: 'order',
    order_item: 'line',
    status,
  })) as TaskRead[]
  const ledger = emptyLedger()
  ledger.orders.set('order', { branch: 'branch', day: '2024-03-01', number: 1 })
  ledger.paid.set('order', 2000)
  ledger.refunded.set('order', 500)
  ledger.lines.set('mark', { order: 'order', mostUnits: 2, isAnswered: true, isTakenOff: false })
  return { books: { branch: 'branch', orders: [order], tables, tasks }, ledger, order, tables, tasks }
}

type Cafe = ReturnType<typeof oneOrder>

const differing = ({ books, ledger }: Cafe) =>
  checkBooks(books, ledger).flatMap(({ check, differences }) => (differences.length > 0 ? [check] : []))

t.test('a café in order has no differences', async (t) => {
  t.same(differing(oneOrder()), [])
})

const harms: [what: string, check: string, harm: (cafe: Cafe) => void][] = [
  ['a total that is not its lines', 'bills add up', ({ order }) => (order.total_amount = '20.21')],
  ['a payment taken twice', 'payments are on the bills', ({ ledger }) => ledger.paid.set('order', 4000)],
  ['a refund nobody got', 'payments are on the bills', ({ ledger }) => ledger.refunded.clear()],
  ['a table that stays busy', 'tables are busy while guests sit', ({ order }) => (order.status = 'closed')],
  [
    'a table that is free under guests',
    'tables are busy while guests sit',
    ({ tables }) => (tables[0]!.status = 'free'),
  ],
  ['a dish that is lost', 'tasks match the units ordered', ({ tasks }) => tasks.pop()],
  [
    'a dish that is cooked twice',
    'tasks match the units ordered',
    ({ tasks }) => tasks.push({ ...tasks[0]!, id: 'task 2' }),
  ],
  ['a task of another order', 'tasks match the units ordered', ({ tasks }) => (tasks[0]!.order = 'another')],
  [
    'a number that is missing',
    'order numbers have no holes and no doubles',
    ({ order }) => (order.number = 2),
  ],
  [
    'a line that is lost',
    'lines that nobody took off are there, once',
    ({ order }) => (order.items[0]!.note = ''),
  ],
  [
    'a line that is there twice',
    'lines that nobody took off are there, once',
    ({ ledger }) => (ledger.lines.get('mark')!.mostUnits = 1),
  ],
  ['an order made twice', 'orders are those that clients made', ({ ledger }) => ledger.orders.clear()],
]

for (const [what, check, harm] of harms) {
  t.test(`${what} is found`, async (t) => {
    const cafe = oneOrder()
    harm(cafe)
    t.ok(differing(cafe).includes(check), differing(cafe).join())
  })
}
