import type { Test } from 'tap'
import { groups, personalGroup, socketPath } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import { openEventStream } from '../support/event-stream.ts'
import { openSocket } from '../support/socket.ts'
import type { House } from './house.ts'
import type { World } from './world.ts'

/** Whoever comes back with positions of others is given what is their own, and nothing of those. */
export async function positions(
  t: Test,
  { cafe, centre, south, other, otherToken }: World,
  socketUrl: string,
): Promise<void> {
  const company = await companyOf(centre)
  await centre.id('task')
  // every stream there is of ours, from its first event on
  const ours = { [centre.branch]: 0, [south.branch]: 0, [company]: 0 }
  const attackers: { who: string; token: string; house: House; query: string; since?: object }[] = []
  for (const [who, token, house] of [
    ['waiter2', await cafe.tokenOf('waiter2'), south],
    ['another owner', otherToken, other],
  ] as const) {
    for (const query of ['&since=0', `&since=0&branch_id=${centre.branch}`, `&since=0&branch_id=${company}`])
      attackers.push({ who, token, house, query })
    attackers.push({ who, token, house, query: '&resume=1', since: ours })
    attackers.push({ who, token, house, query: '', since: ours })
  }

  for (const { who, token, house, query, since } of attackers) {
    const foreign = house === south ? [centre.branch] : Object.keys(ours)
    for (const group of Object.keys(groups) as Group[]) {
      // what others are told is in test/realtime/personal.test.ts
      if (group === personalGroup) continue
      const what = `${who} ${query} ${since ? 'resume ' : ''}${group}`
      const socket = await openSocket(t, `${socketUrl}${socketPath(group)}?token=${token}${query}`)
      if (since) socket.send({ action: 'resume', since })
      await socket.next('connection_established')
      // comes after whatever is replayed
      const marker = await house.id(group === 'tables' ? 'table' : 'order')
      await socket.next((message) => JSON.stringify(message).includes(marker))
      const heard = JSON.stringify(socket.messages)
      t.same(
        foreign.filter((id) => heard.includes(id)),
        [],
        what,
      )
      if (house === south && query.startsWith('&since=0') && group === 'orders')
        t.ok(
          socket.messages.some(({ replay }) => replay),
          `${what}: the own ones are replayed`,
        )
    }
  }
}

/** The same by requests and streams, with the positions as a text: of one stream, or of every one there is. */
export async function textPositions(t: Test, world: World, socketUrl: string): Promise<void> {
  const { cafe, centre, south, other, otherToken } = world
  const company = await companyOf(centre)
  await centre.id('task')
  const everything = `:${[centre.branch, south.branch, company].map((id) => `${id}=0`).join(',')}`
  for (const [who, token, house] of [
    ['waiter2', await cafe.tokenOf('waiter2'), south],
    ['another owner', otherToken, other],
  ] as const) {
    const foreign = house === south ? [centre.branch] : [centre.branch, south.branch, company]
    for (const group of ['orders', 'tables', 'kitchen'] as const) {
      for (const since of ['0', everything]) {
        const what = `${who} ${group} ${since}`
        await house.id('task')
        const marker = await house.id(group === 'tables' ? 'table' : 'order')
        const url = `${socketUrl.replace('ws', 'http')}/api/cafe/events`
        const headers = { authorization: `Bearer ${token}` }
        const stream = await openEventStream(t, `${url}/stream/?group=${group}&since=${since}`, { headers })
        const reply = await fetch(`${url}/?group=${group}&since=${since}`, { headers })
        const hasMarker = (text: string) => text.includes(marker)
        // an owner without a position in their own branch begins at the start of the log, or at its end
        if (since === everything || house === south)
          await stream.next((message) => hasMarker(JSON.stringify(message)))
        const heard = JSON.stringify(stream.messages) + (await reply.text())
        t.ok(heard.includes(house.branch), `${what}: their own`)
        t.same(
          foreign.filter((id) => heard.includes(id)),
          [],
          what,
        )
      }
    }
  }
}

async function companyOf({ owner }: House): Promise<string> {
  return String((await owner.get('/api/users/profile/')).body.company)
}
