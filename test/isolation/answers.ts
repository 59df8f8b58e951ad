import type { Test } from 'tap'
import type { Caller } from '../support/app.ts'
import { kindsOfBranch } from './house.ts'
import type { Kind } from './house.ts'
import { boundStaff, idsOf, pathOf } from './world.ts'
import type { Known, World } from './world.ts'

/** Whatever one reads, there is no id of others in it. */
export async function answers(t: Test, world: World): Promise<void> {
  const { centre, south, other, staff } = world
  const reading = world.routes.filter(
    ({ route, row }) => route.method === 'GET' && row.access !== 'public' && !row.endless,
  )
  await Promise.all([south, other].flatMap((house) => kindsOfBranch.map((kind) => house.make(kind))))
  for (const kind of ['category', 'client', 'employee', 'kitchen', 'menuItem'] satisfies Kind[]) {
    await other.make(kind)
  }

  const answer = async (caller: Caller, { key, route, row }: Known): Promise<string> => {
    const ids = row.of ? await centre.make(row.of) : []
    const query = row.ofOneBranch ? `?branch=${centre.branch}` : (row.query ?? pageOf(route))
    const { status, body } = await caller.get(`${pathOf(route, ids)}${query}`)
    const hidden = row.personal && caller !== staff.owner && caller !== centre.owner
    if (status !== (hidden ? 404 : 200)) throw new Error(`${key}: ${status} ${JSON.stringify(body)}`)
    return JSON.stringify(body)
  }

  t.test('of another company', async (t) => {
    const theirs = await idsOf(world, other, 'company')
    t.ok(theirs.length > 15)
    for (const known of reading) t.same(within(await answer(staff.owner, known), theirs), [], known.key)
  })

  for (const role of ['waiter', 'cook', 'cashier'] as const) {
    t.test(`of another branch, for a ${role}`, async (t) => {
      const theirs = await idsOf(world, south, 'branch')
      t.ok(theirs.length > 15)
      for (const known of reading) {
        if (!boundStaff(known.row, staff).includes(staff[role]) || known.row.of === 'branch') continue
        t.same(within(await answer(staff[role], known), theirs), [], known.key)
      }
    })
  }

  t.test('of another branch, for an owner who looks at one', async (t) => {
    const theirs = await idsOf(world, south, 'branch')
    for (const known of reading) {
      if (!known.route.url.startsWith('/api/cafe/') || known.row.ofOneBranch) continue
      t.same(within(await answer(centre.owner, known), theirs), [], known.key)
    }
  })
}

/** As much as one request gives. */
const pageOf = ({ schema }: Known['route']): string => {
  const { properties = {} } = (schema.querystring ?? {}) as { properties?: object }
  return 'page_size' in properties ? '?page_size=500' : ''
}

const within = (text: string, ids: readonly string[]): string[] => ids.filter((id) => text.includes(id))
