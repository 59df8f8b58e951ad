import type { Test } from 'tap'
import { groups, personalGroup, socketPath } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
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

async function companyOf({ owner }: House): Promise<string> {
  return String((await owner.get('/api/users/profile/')).body.company)
}
