import t from 'tap'
import { startApp } from '../support/app.ts'
import { serviceOf } from '../cafe/service.ts'

/** The embedded database works in this process, in the turn of the event loop in which it is asked. */

t.test('whoever connects while the embedded database is never idle is let in all the same', async (t) => {
  const cafe = await startApp(t, { kind: 'embedded' })
  const { httpUrl } = await cafe.listen()
  await serviceOf(cafe.as('waiter1'))
  const company = crypto.randomUUID()
  const enough = 3000
  let transactions = 0
  let over = false
  const busy = Array.from({ length: 20 }, async () => {
    while (!over && transactions < enough) {
      await cafe.database.inCompany(company, async () => {})
      transactions++
    }
  })
  const guests = 10
  const answers = await Promise.all(
    Array.from({ length: guests }, async () => {
      const { status } = await fetch(`${httpUrl}/healthz`, { headers: { connection: 'close' } })
      return { status, transactions }
    }),
  )
  over = true
  await Promise.all(busy)
  for (const answer of answers) {
    t.equal(answer.status, 200)
    t.ok(answer.transactions < enough, `after ${answer.transactions} transactions`)
  }
})
