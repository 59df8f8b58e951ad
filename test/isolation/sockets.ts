import type { Test } from 'tap'
import { groups, personalGroup, socketPath } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import { openEventStream } from '../support/event-stream.ts'
import type { Inbox } from '../support/inbox.ts'
import { openSocket } from '../support/socket.ts'
import type { House } from './house.ts'
import { idsOf } from './world.ts'
import type { World } from './world.ts'

/**
 * Sockets and event streams of other companies and branches hear nothing of what happens here, whichever branch they ask
 * for.
 */
export async function sockets(t: Test, world: World, socketUrl: string): Promise<void> {
  const { cafe, centre, south, other, otherToken } = world
  const listeners: { who: string; token: string; house: House; query: string }[] = []
  for (const [who, token, house] of [
    ['waiter2', await cafe.tokenOf('waiter2'), south],
    ['cook2', await cafe.tokenOf('cook2'), south],
    ['another owner', otherToken, other],
    ['an owner looking at the other branch', await cafe.tokenOf('owner'), south],
  ] as const) {
    const own = who.startsWith('an owner')
      ? [`&branch_id=${south.branch}`]
      : ['', `&branch_id=${centre.branch}`]
    for (const query of own) listeners.push({ who, token, house, query })
  }

  const open: { what: string; house: House; group: Group; inbox: Inbox; company: unknown }[] = []
  for (const { who, token, house, query } of listeners) {
    for (const group of Object.keys(groups) as Group[]) {
      const socket = await openSocket(t, `${socketUrl}${socketPath(group)}?token=${token}${query}`)
      const hello = await socket.next('connection_established')
      const what = `${who} ${query} ${group}`
      open.push({ what, house, group, inbox: socket, company: hello.company_id })

      const branch = query.replace('branch_id', 'branch')
      const url = `${socketUrl.replace('ws', 'http')}/api/cafe/events/stream/?group=${group}${branch}`
      const stream = await openEventStream(t, url, { headers: { authorization: `Bearer ${token}` } })
      // an owner is told that the branch is none of theirs
      const refused = house === other && query !== ''
      t.equal(stream.status, refused ? 400 : 200, what)
      if (refused) continue
      t.strictSame(await stream.next('connection_established'), hello)
      open.push({ what: `${what} as a stream`, house, group, inbox: stream, company: hello.company_id })
    }
  }

  const ours = await busyDay(centre)
  // what they hear first is their own: it comes after all of ours
  const markers = new Map<House, { order: string; table: string }>()
  for (const house of [south, other]) {
    markers.set(house, { table: await house.id('table'), order: await house.id('order') })
  }
  for (const { what, house, group, inbox, company } of open) {
    const { order, table } = markers.get(house)!
    // nothing of that is for the owner of a bell
    if (group === personalGroup) {
      t.same(eventsIn(inbox), [], what)
      continue
    }
    const first = await inbox.next(({ data, type }) => data !== undefined && !isOfWholeCompany(type))
    t.match(first, group === 'tables' ? { type: 'table_created' } : { type: 'order_created' }, what)
    t.match(first.data, group === 'tables' ? { table: { id: table } } : { order: { id: order } }, what)
    for (const { data, type } of eventsIn(inbox)) {
      t.match(data, { company_id: company, branch_id: house.branch }, `${what} ${type}`)
    }
    const heard = JSON.stringify(inbox.messages)
    t.same(
      ours.filter((id) => heard.includes(id)),
      [],
      what,
    )
  }

  /** Everything that events tell of. Gives the ids of all that took part. */
  async function busyDay({ owner, id }: House): Promise<string[]> {
    const before = new Set(await idsOf(world, centre, 'branch'))
    const table = await id('table')
    const dish = await id('menuItem')
    await owner.patch(`/api/cafe/tables/${table}/`, { places: 7 })
    const { body: order } = await owner.post('/api/cafe/orders/', {
      table,
      items: [{ menu_item: dish, quantity: 2 }],
    })
    const path = `/api/cafe/orders/${String(order.id)}/`
    await owner.post(`${path}items/`, { menu_item: await id('menuItem') })
    await owner.post(`/api/cafe/kitchen/tasks/${await id('task')}/claim/`)
    await owner.post(`/api/cafe/kitchen/tasks/${await id('task')}/ready/`)
    await owner.patch(`/api/cafe/menu-items/${dish}/`, { stopped: true })
    await owner.patch(`/api/cafe/menu-items/${dish}/`, { stopped: false })
    await owner.patch(path, { status: 'cancelled' })
    await owner.delete(path)
    t.equal((await owner.delete(`/api/cafe/tables/${table}/`)).status, 204)
    return (await idsOf(world, centre, 'branch'))
      .filter((one) => !before.has(one))
      .concat(table, String(order.id))
  }
}

/** Events of what all branches of a company share are told in each of them. */
const isOfWholeCompany = (type: string) =>
  /^(category|client|menu_item)_(created|updated|deleted)$/.test(type)

/** Without greetings and positions. */
const eventsIn = ({ messages }: Inbox) => messages.filter(({ data }) => data !== undefined)
