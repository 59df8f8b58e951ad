import t from 'tap'
import type { SalesSummary } from '../../src/cafe/analytics/schema.ts'
import type { ArchivedOrder } from '../../src/cafe/archive/schema.ts'
import type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { startApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import { branchesOf, missing } from './people.ts'
import type { List } from './people.ts'
import { serviceOf } from './service.ts'

/** A zone, the hour at which the day begins, and moments in their order with the day that each belongs to. */
type Case = [what: string, timezone: string, dayStartsAt: string, moments: [at: string, day: string][]]

const cases: Case[] = [
  [
    'past midnight, with a day that begins in the morning',
    'Asia/Bishkek',
    '06:00',
    [
      ['2024-05-17T17:59:59.999Z', '2024-05-17'],
      ['2024-05-17T18:00:00.000Z', '2024-05-17'],
      ['2024-05-17T23:59:59.999Z', '2024-05-17'],
      ['2024-05-18T00:00:00.000Z', '2024-05-18'],
    ],
  ],
  [
    'past midnight, with a day that begins there',
    'Asia/Bishkek',
    '00:00',
    [
      ['2024-05-17T17:59:59.999Z', '2024-05-17'],
      ['2024-05-17T18:00:00.000Z', '2024-05-18'],
    ],
  ],
  [
    'in spring, when the hour at which the day begins is skipped',
    'Europe/Berlin',
    '02:30',
    [
      ['2026-03-28T01:29:59.999Z', '2026-03-27'],
      ['2026-03-28T01:30:00.000Z', '2026-03-28'],
      ['2026-03-29T00:59:59.999Z', '2026-03-28'],
      // the wall goes from 02:00 to 03:00
      ['2026-03-29T01:00:00.000Z', '2026-03-29'],
      ['2026-03-30T00:29:59.999Z', '2026-03-29'],
      ['2026-03-30T00:30:00.000Z', '2026-03-30'],
    ],
  ],
  [
    'in autumn, when the hour at which the day begins comes twice: it begins once',
    'Europe/Berlin',
    '02:30',
    [
      ['2026-10-25T00:29:59.999Z', '2026-10-24'],
      ['2026-10-25T00:30:00.000Z', '2026-10-25'],
      ['2026-10-25T00:59:59.999Z', '2026-10-25'],
      // 02:00 once more
      ['2026-10-25T01:00:00.000Z', '2026-10-25'],
      ['2026-10-25T01:30:00.000Z', '2026-10-25'],
      ['2026-10-26T01:29:59.999Z', '2026-10-25'],
      ['2026-10-26T01:30:00.000Z', '2026-10-26'],
    ],
  ],
  [
    'in autumn, when the day begins as the second of the two hours ends',
    'Europe/Berlin',
    '03:00',
    [
      ['2026-10-25T01:00:00.000Z', '2026-10-24'],
      ['2026-10-25T01:59:59.999Z', '2026-10-24'],
      ['2026-10-25T02:00:00.000Z', '2026-10-25'],
    ],
  ],
  [
    'in spring, when there is no midnight',
    'America/Havana',
    '00:00',
    [
      ['2026-03-08T04:59:59.999Z', '2026-03-07'],
      // the wall goes from 00:00 to 01:00
      ['2026-03-08T05:00:00.000Z', '2026-03-08'],
      ['2026-03-09T03:59:59.999Z', '2026-03-08'],
      ['2026-03-09T04:00:00.000Z', '2026-03-09'],
    ],
  ],
  [
    'in autumn, when midnight comes twice',
    'America/Havana',
    '00:00',
    [
      ['2026-11-01T03:59:59.999Z', '2026-10-31'],
      ['2026-11-01T04:00:00.000Z', '2026-11-01'],
      ['2026-11-01T05:00:00.000Z', '2026-11-01'],
      ['2026-11-02T04:59:59.999Z', '2026-11-01'],
      ['2026-11-02T05:00:00.000Z', '2026-11-02'],
    ],
  ],
  [
    'in autumn, when the last hour of the day comes twice',
    'Africa/Cairo',
    '00:00',
    [
      ['2025-10-30T20:59:59.999Z', '2025-10-30'],
      // 23:00 once more
      ['2025-10-30T21:00:00.000Z', '2025-10-30'],
      ['2025-10-30T21:59:59.999Z', '2025-10-30'],
      ['2025-10-30T22:00:00.000Z', '2025-10-31'],
    ],
  ],
  [
    'in autumn, where clocks go back by half an hour',
    'Australia/Lord_Howe',
    '01:45',
    [
      ['2026-04-04T14:44:59.999Z', '2026-04-04'],
      ['2026-04-04T14:45:00.000Z', '2026-04-05'],
      // 01:30 once more
      ['2026-04-04T15:00:00.000Z', '2026-04-05'],
      ['2026-04-05T15:14:59.999Z', '2026-04-05'],
      ['2026-04-05T15:15:00.000Z', '2026-04-06'],
    ],
  ],
]

t.test('the business day', (t) =>
  onBoth(t, async (t, kind) => {
    let now = new Date('2024-05-17T12:00:00.000Z')
    const clock = () => now
    const cafe = await startApp(t, {
      kind,
      clock,
      env: { ACCESS_TOKEN_TTL: '100000d', ACTOR_CACHE: '0s', DB_POOL_MAX: '12' },
    })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { dishes, order } = await serviceOf(waiter)
    const { centre, south } = await branchesOf(owner)
    const setUp = async (timezone: string, day_starts_at: string) => {
      const { status } = await owner.patch(`/api/users/branches/${centre}/`, { timezone, day_starts_at })
      t.equal(status, 200)
    }
    const numbers = new Map<string, number>()
    const nextOf = (day: string): number => {
      const number = (numbers.get(day) ?? 0) + 1
      numbers.set(day, number)
      return number
    }

    for (const [what, timezone, dayStartsAt, moments] of cases) {
      await t.test(what, async (t) => {
        await setUp(timezone, dayStartsAt)
        for (const [at, day] of moments) {
          now = new Date(at)
          t.match(await order(), { business_day: day, number: nextOf(day), created_at: at }, at)
        }
      })
    }

    await t.test('is the one of every report', async (t) => {
      await setUp('Asia/Bishkek', '06:00')
      // 03:00 of the 8th on the wall
      now = new Date('2025-02-07T21:00:00.000Z')
      const made = await order({ items: [{ menu_item: dishes[0]!.id }] })
      await waiter.post(`/api/cafe/orders/${made.id}/pay/`, { payment_method: 'cash' })
      const counts = async (day: string) => {
        const query = `?date_from=${day}&date_to=${day}`
        const bills = await owner.get<List<ArchivedOrder>>(`/api/cafe/orders/history/${query}`)
        const tasks = await owner.get<List<TaskRead>>(`/api/cafe/kitchen/tasks/monitor/${query}`)
        const sales = await owner.get<SalesSummary>(`/api/cafe/analytics/sales/summary/${query}`)
        return [bills.body.count, tasks.body.count, sales.body.orders]
      }
      t.strictSame(await counts('2025-02-07'), [1, 1, 1])
      t.strictSame(await counts('2025-02-08'), [0, 0, 0])
      const summary = async (branch: string) =>
        (await owner.get<SalesSummary>(`/api/cafe/analytics/sales/summary/?branch=${branch}`)).body
      t.match(await summary(centre), { date_to: '2025-02-07' }, 'today, for a branch whose night is not over')
      t.match(await summary(south), { date_to: '2025-02-08' }, 'and for one that begins its day at midnight')
    })

    await t.test('of two branches are two counts', async (t) => {
      now = new Date('2025-03-01T20:00:00.000Z')
      t.match(await order(), { business_day: '2025-03-01', number: 1 })
      const there = await cafe.as('waiter2').post<OrderRead>('/api/cafe/orders/', {})
      t.match(there.body, { business_day: '2025-03-02', number: 1 })
    })

    await t.test(
      'numbers its orders without holes and doubles, also while one day gives way to the next',
      async (t) => {
        const moments = ['2025-04-10T23:59:59.999Z', '2025-04-11T00:00:00.000Z']
        const made: OrderRead[] = []
        for (let round = 0; round < 8; round++) {
          const sent = Array.from({ length: 12 }, (_, i) => {
            now = new Date(moments[(i + round) % 2]!)
            // every third is refused, and takes no number
            const body = i % 3 === 2 ? { items: [{ menu_item: missing }] } : {}
            return waiter.post<OrderRead>('/api/cafe/orders/', body)
          })
          for (const { status, body } of await Promise.all(sent)) if (status === 201) made.push(body)
        }
        t.equal(made.length, 64)
        const days = [...new Set(made.map(({ business_day }) => business_day))].sort()
        t.strictSame(days, ['2025-04-10', '2025-04-11'])
        for (const day of days) {
          const given = made.filter(({ business_day }) => business_day === day).map(({ number }) => number)
          t.strictSame(
            [...given].sort((a, b) => a - b),
            given.map((_, i) => i + 1),
            day,
          )
        }
      },
    )
  }),
)
