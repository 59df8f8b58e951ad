import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { List } from '../cafe/people.ts'
import { branchesOf } from '../cafe/people.ts'
import { startApp } from '../support/app.ts'
import type { Caller } from '../support/app.ts'
import { onBoth } from '../support/database.ts'

/**
 * Every POST of the service, found by itself, is sent twice with one key. A new one fails here until it has a row below
 * that says how to call it, and until it answers the second time as it did the first.
 */

/** A request that may be sent: the ids in its path, its body. */
interface Call {
  params?: Record<string, string>
  body?: object
}

/** POSTs that have nobody whose key it could be, or whose repetition must be another one. */
const exempt = /\/(login|refresh|logout|register|password|ws-tickets)\/$/

const unique = () => Math.floor(Math.random() * 1e9) + 1

async function callsOf(owner: Caller, branch: string): Promise<Record<string, () => Promise<Call>>> {
  const query = `?branch=${branch}`
  const post = async <Body>(path: string, body: object = {}): Promise<Body> => {
    const reply = await owner.post<Body>(`/api/cafe/${path}/${query}`, body)
    if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  const first = async (path: string) =>
    (await owner.get<List<{ id: string }>>(`/api/cafe/${path}/${query}`)).body.results[0]!.id
  const dish = (await owner.get<List<MenuItemRead>>(`/api/cafe/menu-items/${query}`)).body.results[0]!
  const [client, table, category] = [await first('clients'), await first('tables'), dish.category]
  const items = [{ menu_item: dish.id, quantity: 2 }]
  const order = () => post<OrderRead>('orders', { items, client })
  const taskOf = async (orderId: string) => {
    const path = `/api/cafe/kitchen/tasks/${query}&order=${orderId}`
    return (await owner.get<List<{ id: string }>>(path)).body.results[0]!.id
  }
  const task = async (step?: string) => {
    const id = await taskOf((await order()).id)
    if (step) await post(`kitchen/tasks/${id}/${step}`)
    return id
  }
  const notification = async () => {
    const profile = await owner.get<{ id: string }>('/api/users/profile/')
    const made = await post<OrderRead>('orders', { items, waiter: profile.body.id })
    await post(`kitchen/tasks/${await taskOf(made.id)}/ready`)
    return first('notifications')
  }
  const paid = async () => {
    const made = await order()
    await post(`orders/${made.id}/pay`, { payment_method: 'cash' })
    return made
  }
  const inOrder = async (body: object): Promise<Call> => ({ params: { id: (await order()).id }, body })

  return {
    '/api/users/branches/': async () => ({ body: { name: `Филиал ${unique()}` } }),
    '/api/users/employees/': async () => ({
      body: {
        email: `e${unique()}@cafe.test`,
        password: 'correct horse',
        role: 'waiter',
        branch_ids: [branch],
      },
    }),
    '/api/cafe/zones/': async () => ({ body: { title: `Зал ${unique()}` } }),
    '/api/cafe/tables/': async () => ({ body: { number: unique() } }),
    '/api/cafe/categories/': async () => ({ body: { title: `Раздел ${unique()}` } }),
    '/api/cafe/kitchens/': async () => ({ body: { title: 'Цех', number: unique() } }),
    '/api/cafe/menu-items/': async () => ({ body: { title: `Блюдо ${unique()}`, category, price: '10.00' } }),
    '/api/cafe/clients/': async () => ({ body: { name: 'Гость', phone: `+${unique()}` } }),
    '/api/cafe/clients/:id/orders/': async () => ({ params: { id: client }, body: { items } }),
    '/api/cafe/orders/': async () => ({ body: { table, items } }),
    '/api/cafe/orders/:id/items/': () => inOrder({ menu_item: dish.id }),
    '/api/cafe/orders/:id/move/': () => inOrder({ table }),
    '/api/cafe/orders/:id/merge/': async () => inOrder({ order: (await order()).id }),
    '/api/cafe/orders/:id/split/': async () => {
      const made = await order()
      return { params: { id: made.id }, body: { items: [{ id: made.items[0]!.id, quantity: 1 }] } }
    },
    '/api/cafe/orders/:id/pay/': () => inOrder({ payment_method: 'cash' }),
    '/api/cafe/orders/:id/pay-debt/': async () => {
      const made = await order()
      await post(`orders/${made.id}/pay`, { payment_method: 'debt', client_id: client })
      return { params: { id: made.id }, body: { amount: '1.00', payment_method: 'cash' } }
    },
    '/api/cafe/orders/:id/refund/': async () => ({
      params: { id: (await paid()).id },
      body: { amount: '1.00' },
    }),
    '/api/cafe/orders/:id/refund-item/': async () => {
      const made = await paid()
      return { params: { id: made.id }, body: { order_item_id: made.items[0]!.id, quantity: 1 } }
    },
    '/api/cafe/order-items/': async () => ({ body: { order: (await order()).id, menu_item: dish.id } }),
    '/api/cafe/kitchen/tasks/:id/claim/': async () => ({ params: { id: await task() } }),
    '/api/cafe/kitchen/tasks/:id/ready/': async () => ({ params: { id: await task() } }),
    '/api/cafe/kitchen/tasks/:id/recall/': async () => ({ params: { id: await task('ready') } }),
    '/api/cafe/kitchen/tasks/:id/acknowledge/': async () => {
      const made = await order()
      const id = await taskOf(made.id)
      await post(`kitchen/tasks/${id}/claim`)
      await owner.patch(`/api/cafe/orders/${made.id}/`, { status: 'cancelled' })
      return { params: { id } }
    },
    '/api/cafe/kitchen/tasks/claim/': async () => ({ body: { task_ids: [await task()] } }),
    '/api/cafe/bookings/': async () => ({
      body: {
        guest: 'Гость',
        date: '2199-01-01',
        time: '18:00',
        table: (await post<{ id: string }>('tables', { number: unique() })).id,
      },
    }),
    '/api/users/roles/custom/': async () => ({ body: { name: `Роль ${unique()}` } }),
    '/api/users/employees/create/': async () => ({
      body: { email: `${unique()}@cafe.test`, password: 'correct horse', role: 'admin' },
    }),
    ...Object.fromEntries(
      ['/api/cafe/notifications/', '/api/main/notifications/'].flatMap((list) => [
        [`${list}:id/read/`, async () => ({ params: { id: await notification() } })],
        [`${list}read/`, async () => ({ body: { ids: [await notification()] } })],
        [`${list}mark-all-read/`, async () => ({ body: { ids: [await notification()] } })],
      ]),
    ),
    '/api/cafe/kitchen/tasks/ready/': async () => ({ body: { task_ids: [await task()] } }),
  }
}

t.test('every POST answers a repetition as it answered the first time', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const owner = cafe.as('owner')
    const { centre } = await branchesOf(owner)
    const calls = await callsOf(owner, centre)
    const posts = cafe.app.declaredRoutes.filter(({ method, url }) => method === 'POST' && !exempt.test(url))
    t.ok(posts.length >= Object.keys(calls).length, 'every row is a route')

    for (const { url } of posts) {
      await t.test(url, async (t) => {
        const call = calls[url]
        if (!call) return void t.fail('a POST without a row: say how to call it')
        const { params = {}, body = {} } = await call()
        const path = `${url.replace(/:(\w+)/g, (_, name: string) => params[name]!)}?branch=${centre}`
        const key: string = randomUUID()
        const send = (sent: object, sentKey = key) =>
          owner.post(path, sent, { headers: { 'idempotency-key': sentKey } })
        for (const malformed of ['', ' ', 'x'.repeat(256), 'ключ']) {
          t.match(await send(body, malformed), { status: 400, body: { 'Idempotency-Key': [String] } })
        }
        const first = await send(body)
        t.ok(first.status === 200 || first.status === 201, `${first.status} ${JSON.stringify(first.body)}`)
        t.equal(first.headers['idempotency-replayed'], undefined)
        const again = await send(body)
        t.equal(again.status, first.status)
        t.strictSame(again.body, first.body)
        t.equal(again.headers['idempotency-replayed'], 'true')
        t.equal(again.headers.etag, first.headers.etag)
        t.match(await send({ ...body, something: 'else' }), {
          status: 422,
          body: { code: 'idempotency_key_reused', detail: String },
        })
        t.strictSame((await send(body)).body, first.body, 'what was refused changed nothing')
      })
    }
  }),
)
