import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { events } from '../../src/db/schema/index.ts'
import { createLog } from '../../src/server/logger.ts'
import { startApp } from '../support/app.ts'

interface Line {
  msg: string
  reqId?: string
  company?: string
  events?: string[]
}

/** A log whose lines are kept. */
function keptLog() {
  const lines: Line[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) }
  return { lines, log: createLog(readConfig({}), false, destination) }
}

t.test('the line of a request names it, its company and the events it caused', async (t) => {
  const { lines, log } = keptLog()
  const cafe = await startApp(t, { log })
  const { body: dishes } = await cafe.as('owner').get<{ results: { id: string }[] }>('/api/cafe/menu-items/')
  const order = { items: [{ menu_item: dishes.results[0]!.id, quantity: 1 }] }
  const headers = { 'x-request-id': 'order-1' }
  const { status, body } = await cafe.as('waiter1').post('/api/cafe/orders/', order, { headers })
  t.equal(status, 201, JSON.stringify(body))
  const line = lines.find(({ msg, reqId }) => msg === 'request' && reqId === 'order-1')!
  const { body: profile } = await cafe.as('owner').get<{ company: string }>('/api/users/profile/')
  t.equal(line.company, profile.company)
  const appended = await cafe.database.acrossCompanies((tx) => tx.select().from(events))
  t.strictSame(line.events!.toSorted(), appended.map(({ id }) => id).toSorted())
  t.ok(line.events!.length > 1)
  const quiet = lines.filter(({ msg, reqId }) => msg === 'request' && reqId !== 'order-1')
  for (const { events: ids } of quiet) t.equal(ids, undefined, 'who changes nothing causes nothing')
})
