import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { readConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { runHere } from '../support/command.ts'
import { diagnoseServer } from '../../src/db/diagnose/server.ts'
import { findDifferences } from '../../src/db/diagnose/books.ts'
import type { CheckKey } from '../../src/i18n/finding-texts.ts'
import { nameOfCheck, translateFinding } from '../../src/i18n/translate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { serviceOf } from '../cafe/service.ts'
import { startApp } from '../support/app.ts'
import { checkBooks } from '../support/books.ts'
import { freshDatabase, freshDatabaseEnv, onBoth } from '../support/database.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { runService } from '../support/process.ts'

/** What the rules never let happen is done by hand, and found. */

const path = '/api/cafe/orders/'

t.test('the doctor', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, books: 'unchecked' })
    const { database } = cafe
    const waiter = cafe.as('waiter1')
    const { tables, dishes, order } = await serviceOf(waiter)
    const items = [{ menu_item: dishes[0]!.id, quantity: 2 }]
    const open = await order({ table: tables[0]!.id, items })
    const paid = await order({ items })
    await waiter.post(`${path}${paid.id}/pay/`, { payment_method: 'card' })
    await cafe.as('owner').post<OrderRead>(`${path}${paid.id}/refund-item/`, {
      order_item_id: paid.items[0]!.id,
      quantity: 1,
    })
    const cancelled = await order({ items })
    await waiter.patch(`${path}${cancelled.id}/`, { status: 'cancelled' })

    await t.test('finds nothing where nothing is wrong', () => checkBooks(database))

    const faults: [check: CheckKey, row: string, harm: SQL][] = [
      ['table_status', tables[1]!.id, sql`update tables set status = 'busy' where id = ${tables[1]!.id}`],
      ['table_status', tables[0]!.id, sql`update tables set status = 'free' where id = ${tables[0]!.id}`],
      [
        'order_total',
        open.id,
        sql`update orders set total_amount = total_amount + 0.01 where id = ${open.id}`,
      ],
      ['money_paid', paid.id, sql`delete from payments where order_id = ${paid.id}`],
      ['money_refunded', paid.id, sql`update refunds set amount = amount + 0.01`],
      ['units_refunded', paid.items[0]!.id, sql`update refunds set quantity = 3`],
      ['archived_bill', paid.id, sql`update order_archive set lines = '[]' where id = ${paid.id}`],
      ['archived_bill', paid.id, sql`update order_archive set payment_method = 'cash' where id = ${paid.id}`],
      ['bill_of_lost_order', cancelled.id, sql`delete from orders where id = ${cancelled.id}`],
      [
        'tasks_of_line',
        open.items[0]!.id,
        sql`delete from kitchen_tasks where order_id = ${open.id} and unit_index = 2`,
      ],
      [
        'tasks_of_line',
        open.items[0]!.id,
        sql`update order_items set quantity = 1 where id = ${open.items[0]!.id}`,
      ],
      [
        'task_of_another_order',
        '',
        sql`update kitchen_tasks set order_id = ${paid.id} where order_id = ${open.id} and unit_index = 1`,
      ],
      [
        'unfinished_task',
        '',
        sql`update kitchen_tasks set status = 'pending', ended_with_order = null where order_id = ${cancelled.id} and unit_index = 1`,
      ],
      ['order_numbers', '', sql`update order_numbers set last = last + 1`],
      ['order_numbers', '', sql`update orders set number = 77 where id = ${open.id}`],
      ['stream_head', '', sql`update streams set head = head + 1`],
      ['stream_head', '', sql`delete from events where seq = 2`],
    ]
    for (const [check, row, harm] of faults) {
      await t.test(`finds a wrong ${nameOfCheck('en', check)}`, async (t) => {
        await database
          .acrossCompanies(async (tx) => {
            await tx.execute(harm)
            const found = await findDifferences({ ...database, acrossCompanies: (work) => work(tx) })
            t.ok(
              found.some((each) => each.check === check && each.row.includes(row)),
              JSON.stringify(found),
            )
            throw new Error('undo')
          })
          .catch((error: Error) => t.equal(error.message, 'undo'))
      })
    }

    await t.test('and nothing once the harm is undone', () => checkBooks(database))
  }),
)

t.test('as a command it says what differs, and ends with 1', (t) =>
  onBoth(t, async (t, kind) => {
    const env = await freshDatabaseEnv(t, { kind, content: 'demo' })
    const healthy = await runService(t, env, ['doctor'])
    t.equal(healthy.code, 0, healthy.output)
    const wanted = [
      'The settings can be read.',
      ...(kind === 'embedded'
        ? ['The embedded database works, and its schema is up to date.']
        : [
            'Redis does what is needed.',
            'answers, its clock agrees, and its schema is up to date.',
            `Note: ${translateFinding('en', 'bypasses_row_security')}`,
          ]),
      'The books are in order.',
    ]
    for (const sentence of wanted) t.match(healthy.output, sentence)
    const database = await openDatabase(readConfig(env))
    await database.acrossCompanies((tx) =>
      tx.execute(sql`update tables set status = 'busy' where number = 1`),
    )
    await database.close()
    const sick = await runService(t, env, ['doctor'])
    t.equal(sick.code, 1)
    t.match(sick.output, /table status: .* is busy, expected free\n[^]*\d+ differences/)
    const russian = await runHere('doctor', [], env, { language: 'ru' })
    t.equal(russian.code, 1)
    t.match(russian.output, /^Настройки читаются\.\n/)
    t.match(russian.output, /статус стола: .* — busy, должно быть free\n[^]*Расхождений: \d+/)
    t.notMatch(russian.output, /^[A-Z][a-z]+ [a-z]+ [a-z]+/m, 'no sentence is left in English')
  }),
)

t.test('after a restore --new-epoch makes every screen fetch everything anew', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const cafe = await startSocketCafe(t, { on })
  const socket = await cafe.connect('waiter1', 'orders')
  const { epoch } = await socket.next('connection_established')
  const { code, output } = await runService(t, on, ['doctor', '--new-epoch'])
  t.equal(code, 0, output)
  const told = await socket.next('resync_required')
  t.match(told, { reason: 'epoch_changed' })
  t.not(told.epoch, epoch)
  const before = await cafe.connect('waiter1', 'orders', `&since=${String(epoch)}:0`)
  t.match(await before.next('resync_required'), { reason: 'epoch_changed' })

  const odd = await runService(t, on, ['doctor', '--newepoch'])
  t.strictSame([odd.code, odd.output.includes('there is no option --newepoch')], [2, true])
})

t.test('what is wrong with the database itself is said with what to do about it', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'blank' })
  const url = env.DATABASE_URL!
  const said = async (more: Record<string, string>) => {
    const { code, output } = await runHere('doctor', [], { ...env, ...more })
    t.equal(code, 1, output)
    return output
  }
  t.match(await said({}), /schema lacks \d+ migrations of this build: run `node dist\/main\.js migrate`/)
  const elsewhere = (change: (at: URL) => void) => {
    const at = new URL(url)
    change(at)
    return { DATABASE_URL: at.href }
  }
  t.match(await said(elsewhere((at) => (at.port = '1'))), /ECONNREFUSED.*Is it running/)
  t.match(
    await said(elsewhere((at) => (at.hostname = 'nowhere.invalid'))),
    /ENOTFOUND.*is unknown on this machine/,
  )
  const unknownHost = elsewhere((at) => (at.hostname = 'nowhere.invalid'))
  const russian = await runHere('doctor', [], { ...env, ...unknownHost }, { language: 'ru' })
  t.match(
    russian.output,
    /База данных не работает: .*ENOTFOUND.*из DATABASE_URL на этом компьютере неизвестно/,
  )
  t.match(await said(elsewhere((at) => (at.pathname = '/no_such_one'))), /does not exist.*createdb/)
  t.match(
    await said(elsewhere((at) => (at.username = 'nobody_of_that_name'))),
    /does not exist.*Name and password/,
  )
  t.match(await said({ DB_POOL_MAX: '1000' }), /DB_POOL_MAX is 1000, and PostgreSQL takes \d+ connections/)

  const { database } = await freshDatabase(t)
  const wanted = { clock: systemClock, poolMax: 10, language: 'en' as const }
  t.same((await diagnoseServer(database, wanted)).problems, [])
  const fast = await diagnoseServer(database, { ...wanted, clock: () => new Date(Date.now() + 60_000) })
  t.match(fast.problems, [/60\.\d s ahead of that of the database: set both by NTP/])
  const slow = await diagnoseServer(database, { ...wanted, clock: () => new Date(Date.now() - 60_000) })
  t.match(slow.problems, [/(59|60)\.\d s behind/])
  await database.asLogin((tx) =>
    tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)`,
    ),
  )
  const behind = await diagnoseServer(database, wanted)
  t.match([behind.problems, behind.notes.join()], [[], /newer version/])
  const standby = { ...database }
  standby.asLogin = (work) =>
    database.asLogin(async (tx) => {
      await tx.execute(sql`set transaction read only`)
      return work(tx)
    })
  t.match((await diagnoseServer(standby, wanted)).problems, [/takes no changes: name the primary/])
})
