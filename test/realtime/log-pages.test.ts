import t from 'tap'
import type { PageRequest } from '../../src/events/log-reader.ts'
import { createLogReader } from '../../src/events/log-reader.ts'
import { streamOf } from '../../src/events/stream-key.ts'
import { createLogPageLoader } from '../../src/realtime/log-page-loader.ts'
import { numbers, startSocketCafe } from './cafe.ts'

const pageSize = 10

t.test('places of a stream that are asked about at the same time are read together', async (t) => {
  const cafe = await startSocketCafe(t)
  const [branch, otherBranch] = cafe.branches
  for (let i = 0; i < 25; i++) await cafe.append(branch, ['order_created'])
  const asked: PageRequest[][] = []
  const reader = createLogReader(cafe.database, 10_000)
  const pages = createLogPageLoader(
    {
      pages(requests) {
        asked.push([...requests])
        return reader.pages(requests)
      },
    },
    pageSize,
  )
  const at = (after: number, of = branch) => ({ ...streamOf(cafe.company, of), after })
  const read = async (after: number) => (await pages.pageAfter(at(after))).map((event) => event.seq)

  t.test('pages', async (t) => {
    const found = await Promise.all([7, 3, 9, 12, 24, 25, 40].map(read))
    t.strictSame(
      asked.splice(0).map((requests) => requests.map(({ after }) => after).toSorted(byValue)),
      [[3, 12, 24, 40]],
    )
    t.strictSame(found.slice(0, 3), [numbers(8, 13), numbers(4, 13), numbers(10, 13)], 'one stretch')
    t.strictSame(found.slice(3), [numbers(13, 22), [25], [], []], 'further on, and at the end')
  })

  t.test('read on until an empty page, everything comes once and in order', async (t) => {
    const all = await Promise.all(
      numbers(0, 25).map(async (start) => {
        const got: number[] = []
        for (let page = await read(start); page.length > 0; page = await read(got.at(-1)!)) got.push(...page)
        return got
      }),
    )
    t.strictSame(
      all,
      numbers(0, 25).map((start) => numbers(start + 1, 25)),
    )
    asked.length = 0
  })

  t.test('what the log keeps', async (t) => {
    const kept = await Promise.all([
      pages.keptFrom(at(9)),
      pages.keptFrom(at(4)),
      pages.keptFrom(at(0, otherBranch)),
    ])
    t.strictSame(kept, [5, 5, null])
    t.strictSame(
      asked.splice(0).map((requests) => requests.map(({ after }) => after)),
      [[4, 0]],
    )
  })
})

const byValue = (one: number, other: number) => one - other
