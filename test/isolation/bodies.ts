import type { Test } from 'tap'
import { missing } from '../cafe/people.ts'
import type { Caller } from '../support/app.ts'
import { kindsOfBranch } from './house.ts'
import type { Kind } from './house.ts'
import { idPlaces, namesFault, withAt } from './schemas.ts'
import { boundStaff, fingerprint, pathOf, send, statusOf } from './world.ts'
import type { Known, World } from './world.ts'

/** Ids in bodies and filters: those of others are like ids of nothing. */
export async function bodies(t: Test, world: World): Promise<void> {
  const { centre, south, other, staff } = world
  const writing = world.routes.filter(({ route, row }) => route.schema.body && row.access !== 'public')
  const references = ({ row }: Known) => Object.entries(row.references ?? {})

  t.test('every id a body may carry is in the row of its route', async (t) => {
    for (const { key, route, row } of writing) {
      const known = [...Object.keys(row.references ?? {}), ...(row.unchecked ?? [])]
      const unknown = idPlaces(route.schema.body).filter((place) => !known.includes(place))
      t.same(unknown, [], `${key}: say in test/isolation/*-rows.ts what these are ids of`)
    }
  })

  t.test('bodies with ids of the own branch are accepted', async (t) => {
    for (const { key, route, row } of writing) {
      if (!row.body || row.of) continue
      const reply = await send(centre.owner, route.method, route.url, await row.body(centre, []))
      t.equal(reply.status, statusOf(route, row), `${key}: ${JSON.stringify(reply.body)}`)
    }
  })

  /** Sends a good body with one id of others in it; says what was wrong with the answer. */
  const attack = async (
    known: Known,
    attacker: Caller,
    place: string,
    foreign: string,
  ): Promise<string[]> => {
    const { key, route, row } = known
    const ids = row.of ? await centre.make(row.of) : []
    const body = withAt(await row.body!(centre, ids), place.split('.'), foreign)
    const reply = await send(attacker, route.method, pathOf(route, ids), body)
    const refused = row.skips
      ? reply.status === 200 && reply.body.count === 0 && JSON.stringify(reply.body).includes('not_found')
      : reply.status === 400 && namesFault(reply.body, place.split('.'))
    return refused ? [] : [`${key} ${place}: ${reply.status} ${JSON.stringify(reply.body)}`]
  }

  t.test('ids of another company name nothing', async (t) => {
    const targets = new Map<Kind, string>()
    for (const [, kind] of writing.flatMap(references)) targets.set(kind, await other.id(kind))
    const before = await fingerprint(world, other, 'company')
    for (const known of writing) {
      for (const [place, kind] of references(known)) {
        // a branch in the body counts for who works in none
        const attacker = kind === 'branch' ? staff.owner : centre.owner
        t.same(await attack(known, attacker, place, targets.get(kind)!), [])
      }
    }
    t.same(await fingerprint(world, other, 'company'), before, 'and nothing of theirs has changed')
  })

  t.test('ids of another branch name nothing for who works in one', async (t) => {
    for (const known of writing) {
      for (const [place, kind] of references(known)) {
        if (!kindsOfBranch.includes(kind)) continue
        for (const attacker of [centre.owner, ...boundStaff(known.row, staff)]) {
          t.same(await attack(known, attacker, place, await south.id(kind)), [])
        }
      }
    }
  })

  t.test('a filter by an id of others finds nothing', async (t) => {
    for (const { key, route, row } of world.routes) {
      // sockets ignore a branch that is not theirs, as the guide's clients expect: see sockets.ts
      if (route.method !== 'GET' || route.url.startsWith('/ws/')) continue
      for (const filter of idPlaces(route.schema.querystring)) {
        const kind = kindOfFilter[filter]
        t.ok(kind, `${key}: say in test/isolation/bodies.ts what the filter ${filter} is an id of`)
        if (!kind) continue
        const path = pathOf(route, row.of ? await centre.make(row.of) : [])
        const { status, body } = await staff.owner.get(`${path}?${filter}=${await other.id(kind)}`)
        if (status === 400) t.ok(namesFault(body, [filter]), key)
        else t.match(body, { results: [] }, `${key} ${filter}`)
      }
    }
  })

  t.test('no branch of another company can be chosen', async (t) => {
    const faults: string[] = []
    for (const { key, route } of world.routes) {
      if (!route.url.startsWith('/api/cafe/') || route.method === 'HEAD') continue
      for (const branch of [other.branch, 'not-an-id', `${centre.branch}&branch=${south.branch}`]) {
        const reply = await send(
          staff.owner,
          route.method,
          `${pathOf(route, [missing, missing])}?branch=${branch}`,
          {},
        )
        const refused = reply.status === 400 && Object.keys(reply.body).join() === 'branch'
        if (!refused) faults.push(`${key} ${branch}: ${JSON.stringify(reply)}`)
      }
    }
    t.same(faults, [])
  })
}

const kindOfFilter: Record<string, Kind> = {
  branch: 'branch',
  category: 'category',
  client: 'client',
  cook: 'employee',
  custom_role: 'customRole',
  kitchen: 'kitchen',
  menu_item: 'menuItem',
  order: 'order',
  resource_id: 'order',
  table: 'table',
  user: 'employee',
  waiter: 'employee',
  zone: 'zone',
}
