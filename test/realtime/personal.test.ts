import t from 'tap'
import type { Test } from 'tap'
import { onBoth } from '../support/database.ts'
import type { DemoUser } from '../support/app.ts'
import type { Message } from '../support/socket.ts'
import { serviceOf } from '../cafe/service.ts'
import { startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

/** The bell of a front end's shell: `/ws/notifications/` tells a person what concerns them, and nobody else. */

const list = '/api/main/notifications/'

async function bellOf(cafe: SocketCafe, user: DemoUser, query = '') {
  const socket = await cafe.connect(user, 'notifications', query)
  return { socket, hello: await socket.next('connection_established') }
}

async function readyDishOf(cafe: SocketCafe): Promise<void> {
  const { dishes, order, tasksOf } = await serviceOf(cafe.as('waiter1'))
  const made = await order({ items: [{ menu_item: dishes[0]!.id }] })
  const [task] = await tasksOf(made.id)
  const reply = await cafe.as('cook1').post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
}

const typesOf = (messages: readonly Message[]) => messages.map(({ type }) => type)

t.test('the bell', (t) =>
  onBoth(t, async (t: Test, kind) => {
    const cafe = await startSocketCafe(t, { kind })
    const waiter = cafe.as('waiter1')

    await t.test('tells the waiter of the order, and nobody else', async (t) => {
      const { socket, hello } = await bellOf(cafe, 'waiter1')
      const others = [await bellOf(cafe, 'waiter2'), await bellOf(cafe, 'cook1'), await bellOf(cafe, 'owner')]
      const { body: profile } = await waiter.get<{ id: string }>('/api/users/profile/')
      t.equal(hello.group, `notifications_${profile.id}`)
      await readyDishOf(cafe)
      const { data } = (await socket.next('notification')) as Message & { data: { id: string } }
      t.match(data, { type: 'kitchen_task_ready', message: /^Готово: /, is_read: false, user_id: profile.id })
      t.match((await waiter.get(`${list}${data.id}/`)).body, { id: data.id, is_read: false })
      for (const other of others) {
        await other.socket.pingPong()
        t.strictSame(typesOf(other.socket.rest()), [])
      }
    })

    await t.test('counts down on every screen of the person', async (t) => {
      const [phone, tablet] = [await bellOf(cafe, 'waiter1'), await bellOf(cafe, 'waiter1')]
      await readyDishOf(cafe)
      await readyDishOf(cafe)
      const before = (await waiter.get<{ unread_count: number }>(list)).body.unread_count
      t.ok(before >= 2)
      const { data } = (await phone.socket.next('notification')) as Message & { data: { id: string } }
      t.match(await waiter.post(`${list}${data.id}/read/`), { status: 200, body: { is_read: true } })
      for (const { socket } of [phone, tablet]) {
        t.match(await socket.next('unread_count'), { data: { count: before - 1 } })
      }
      t.match(await waiter.post(`${list}mark-all-read/`), { status: 200, body: { count: before - 1 } })
      t.match(await tablet.socket.next('unread_count'), { data: { count: 0 } })
      t.equal((await waiter.get(list)).body.unread_count, 0)
      t.match(await waiter.post(`${list}mark-all-read/`), { status: 200, body: { count: 0 } })
      await tablet.socket.pingPong()
      t.strictSame(typesOf(tablet.socket.rest()), [], 'what changes nothing says nothing')
    })

    await t.test('resumes with what was missed, of the person alone', async (t) => {
      const first = await bellOf(cafe, 'waiter1')
      await first.socket.close()
      await readyDishOf(cafe)
      const since = `&since=${String(first.hello.epoch)}:${String(first.hello.seq)}`
      const again = await bellOf(cafe, 'waiter1', since)
      t.match(await again.socket.next('notification'), { replay: true })
      const cook = await bellOf(cafe, 'cook1', since)
      await cook.socket.pingPong()
      t.strictSame(typesOf(cook.socket.rest()), [])
    })
  }),
)
