import t from 'tap'
import type { TaskRead } from '../../../src/cafe/kitchen/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/kitchen/tasks/'

t.test('the kitchen’s tasks', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [owner, waiter, cook] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cook1')]
    const { centre } = await branchesOf(owner)
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const profile = async (who: typeof cook) =>
      (await who.get<{ id: string; first_name: string; last_name: string }>('/api/users/profile/')).body
    const me = await profile(cook)
    const myName = `${me.first_name} ${me.last_name}`
    const one = async (quantity = 1) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity }] })
      return { made, tasks: await tasksOf(made.id) }
    }
    const eventsOf = (action: () => Promise<unknown>) => announcedBy(database, action)

    await t.test('a task has every field', async (t) => {
      const client = (await waiter.get<List<{ id: string; name: string }>>('/api/cafe/clients/')).body
        .results[0]!
      const made = await order({
        table: tables[0]!.id,
        client: client.id,
        items: [{ menu_item: soup.id, note: 'острый' }],
      })
      const [task] = await tasksOf(made.id)
      t.match(task, { id: String, created_at: isoInstant, updated_at: isoInstant })
      const { id, created_at: _, updated_at: __, ...rest } = task!
      t.strictSame(rest, {
        company: made.company,
        branch: centre,
        status: 'pending',
        status_display: 'Ожидает',
        started_at: null,
        finished_at: null,
        acknowledged_at: null,
        order: made.id,
        order_number: made.number,
        order_item: made.items[0]!.id,
        menu_item: soup.id,
        menu_item_title: soup.title,
        price: soup.price,
        quantity: 1,
        menu_item_is_sold_by_weight: false,
        menu_item_sale_unit: 'pcs',
        note: 'острый',
        order_note: '',
        kitchen: soup.kitchen,
        table_number: tables[0]!.number,
        guest: client.name,
        waiter: made.waiter,
        waiter_label: made.waiter_label,
        cook: null,
        cook_label: '',
        unit_index: 1,
        version: 1,
      })
      t.strictSame((await cook.get(`${path}${id}/`)).body, task)
    })

    await t.test('claim, ready and recall, each announced once', async (t) => {
      const { tasks } = await one()
      const url = `${path}${tasks[0]!.id}/`
      const events = await eventsOf(async () => {
        t.match(await cook.post(`${url}claim/`), {
          status: 200,
          body: {
            status: 'in_progress',
            cook: me.id,
            cook_label: myName,
            started_at: isoInstant,
            version: 2,
          },
        })
        t.match(await cook.post(`${url}claim/`), { status: 200, body: { version: 2 } }, 'claiming mine again')
        t.match(await cook.post(`${url}ready/`), {
          status: 200,
          body: { status: 'ready', status_display: 'Готово', finished_at: isoInstant, version: 3 },
        })
        t.match(await cook.post(`${url}ready/`), { status: 200, body: { version: 3 } }, 'ready twice')
        t.match(await cook.post(`${url}recall/`), {
          status: 200,
          body: { status: 'in_progress', finished_at: null, version: 4 },
        })
      })
      t.strictSame(
        events.map(({ type, stream }) => [type, stream]),
        [
          ['kitchen_task_updated', centre],
          ['kitchen_task_ready', centre],
          ['kitchen_task_updated', centre],
          ['kitchen_task_recalled', centre],
        ],
      )
      const { task, ...rest } = events[1]!.data as { task: TaskRead }
      t.equal(task.status, 'ready')
      t.strictSame(rest, {
        task_id: task.id,
        order_id: task.order,
        table: null,
        menu_item: soup.title,
        unit_index: 1,
        company_id: task.company,
        branch_id: centre,
      })
    })

    await t.test('ready from pending, also with an empty body that calls itself JSON', async (t) => {
      const { tasks } = await one()
      const reply = await cook.post(`${path}${tasks[0]!.id}/ready/`, undefined, {
        headers: { 'content-type': 'application/json' },
      })
      t.match(reply, { status: 200, body: { status: 'ready', cook: me.id, started_at: isoInstant } })
    })

    await t.test('a task claimed by another says by whom', async (t) => {
      const { tasks } = await one()
      const [task] = tasks
      await cook.post(`${path}${task!.id}/claim/`)
      t.match(await owner.post(`${path}${task!.id}/claim/`), {
        status: 409,
        body: {
          detail: "Задачу уже взяли или статус не 'pending'.",
          code: 'task_taken',
          status: 'in_progress',
          cook: me.id,
          cook_label: myName,
        },
      })
    })

    await t.test('PATCH of the status follows the same rules', async (t) => {
      const { tasks } = await one()
      const url = `${path}${tasks[0]!.id}/`
      const statuses = ['in_progress', 'pending', 'in_progress', 'ready', 'ready', 'in_progress', 'ready']
      const events = await eventsOf(async () => {
        for (const status of statuses)
          t.match(await cook.patch(url, { status }), { status: 200, body: { status } })
      })
      const told = events.filter(({ type }) => type !== 'kitchen_task_recalled')
      t.equal(told.length, statuses.length - 1, 'writing the same status announces nothing')
      t.match(await cook.patch(url, {}), { status: 200, body: { status: 'ready' } })
      t.match(await cook.patch(url, { status: 'pending' }), {
        status: 409,
        body: { code: 'illegal_transition' },
      })
      t.match(await cook.patch(url, { status: 'cancelled' }), {
        status: 409,
        body: { code: 'illegal_transition' },
      })
      t.match(await cook.patch(url, { status: 'burnt' }), { status: 400, body: { status: [/burnt/] } })
    })

    await t.test('a cancelled task cannot become ready', async (t) => {
      const { made, tasks } = await one()
      await waiter.patch(`/api/cafe/orders/${made.id}/`, { status: 'cancelled' })
      for (const name of ['claim', 'ready', 'recall']) {
        t.equal((await cook.post(`${path}${tasks[0]!.id}/${name}/`)).status, 409, name)
      }
    })

    await t.test('a ready dish of a cancelled order is not cooked again', async (t) => {
      const { made, tasks } = await one()
      const url = `${path}${tasks[0]!.id}/`
      await cook.post(`${url}ready/`)
      await waiter.patch(`/api/cafe/orders/${made.id}/`, { status: 'cancelled' })
      const refused = { status: 409, body: { code: 'illegal_transition', status: 'ready' } }
      t.match(await cook.post(`${url}recall/`), refused)
      t.match(await cook.patch(url, { status: 'in_progress' }), refused)
    })

    await t.test('bulk commands do what can be done and name what cannot', async (t) => {
      const { tasks } = await one(3)
      const [first, second, third] = tasks.map((task) => task.id)
      await owner.post(`${path}${second}/claim/`)
      let reply!: { status: number; body: object }
      const events = await eventsOf(async () => {
        reply = await cook.post(`${path}claim/`, { task_ids: [first, second, third, missing, first] })
      })
      const read = async (...ids: (string | undefined)[]) =>
        Promise.all(ids.map(async (id) => (await cook.get<TaskRead>(`${path}${id}/`)).body))
      t.strictSame(
        [reply.status, reply.body],
        [
          200,
          {
            claimed: await read(first, third),
            count: 2,
            skipped: [
              { id: second, reason: 'task_taken' },
              { id: missing, reason: 'not_found' },
            ],
          },
        ],
      )
      t.match(reply.body, { claimed: [{ status: 'in_progress', cook: me.id, cook_label: myName }, {}] })
      t.equal(events.length, 2)
      const ready = await eventsOf(async () => {
        reply = await cook.post(`${path}ready/`, { task_ids: [first, second, third] })
      })
      const updated = await read(first, second, third)
      t.strictSame(reply.body, { updated, count: 3, skipped: [] })
      t.strictSame(new Set(updated.map(({ status }) => status)), new Set(['ready']))
      t.strictSame(
        ready.map((event) => event.type),
        Array(3).fill('kitchen_task_ready'),
      )
      const again = await cook.post<{ updated: TaskRead[] }>(`${path}ready/`, {
        task_ids: [third, missing, third!.toUpperCase(), first],
      })
      t.strictSame(
        [again.body, await read(third, first)],
        [
          { updated: again.body.updated, count: 2, skipped: [{ id: missing, reason: 'not_found' }] },
          again.body.updated,
        ],
        'what is ready already is answered as it is, each once, in the order asked for',
      )
      t.match(await cook.post(`${path}claim/`, { task_ids: [] }), {
        status: 400,
        body: { task_ids: [String] },
      })
      t.match(await cook.post(`${path}claim/`, { task_ids: ['x'] }), {
        status: 400,
        body: { task_ids: [/UUID/] },
      })
      t.match(await cook.post(`${path}ready/`, {}), {
        status: 400,
        body: { task_ids: ['Обязательное поле.'] },
      })
    })

    await t.test('who may: cooks of the branch, owner and admin', async (t) => {
      const { tasks } = await one(2)
      const url = `${path}${tasks[0]!.id}/`
      t.equal((await waiter.post(`${url}claim/`)).status, 403)
      t.equal((await cafe.as('cashier1').post(`${url}ready/`)).status, 403)
      t.equal((await cafe.as('cook2').post(`${url}ready/`)).status, 404, 'a cook of another branch')
      t.equal((await cafe.as('owner2').post(`${url}ready/`)).status, 404, 'another company')
      t.equal((await cafe.as('admin').post(`${url}ready/`)).status, 200)
      t.equal((await waiter.get(url)).status, 200)
      t.equal((await cafe.as('cook2').get(url)).status, 404)
    })

    await t.test('the list shows unfinished tasks, oldest first, and filters', async (t) => {
      const made = await order({
        items: [{ menu_item: soup.id, quantity: 2 }, { menu_item: tea.id }],
      })
      const tasks = await tasksOf(made.id)
      await cook.post(`${path}${tasks[0]!.id}/claim/`)
      await cook.post(`${path}${tasks[1]!.id}/ready/`)
      const list = async (query: string) =>
        (await cook.get<List<TaskRead>>(`${path}?order=${made.id}&${query}`)).body.results.map((task) =>
          tasks.findIndex(({ id }) => id === task.id),
        )
      t.strictSame(await list(''), [0, 2])
      t.strictSame(await list('status=ready'), [1])
      t.strictSame(await list('status=ready,pending'), [1, 2])
      t.strictSame(await list('status=ready&status=in_progress'), [0, 1])
      t.strictSame(await list('mine=1'), [0])
      t.strictSame(await list(`cook=${me.id}&status=ready,in_progress`), [0, 1])
      t.strictSame(await list(`menu_item=${tea.id}`), [2])
      t.strictSame(await list(`kitchen=${soup.kitchen}&menu_item=${soup.id}`), [0])
      t.strictSame(await list(`waiter=${made.waiter}`), [0, 2])
      t.strictSame(await list('ordering=-created_at'), [2, 0])
      t.strictSame(await list(`search=${encodeURIComponent(tea.title)}`), [2])
      t.match(await cook.get(`${path}?status=burnt`), { status: 400, body: { status: [String] } })
      t.match(await cook.get(`${path}?cook=me`), { status: 400, body: { cook: [String] } })
    })
  }),
)
