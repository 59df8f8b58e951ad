import type { Test } from 'tap'
import type { Caller } from '../support/app.ts'
import { missing } from '../cafe/people.ts'
import { kindsOfBranch } from './house.ts'
import type { House } from './house.ts'
import type { Row } from './row.ts'
import { boundStaff, fingerprint, pathOf, send, statusOf } from './world.ts'
import type { World } from './world.ts'

/** Ids in paths: one's own lead to the object, those of others to nothing. */
export async function paths(t: Test, world: World): Promise<void> {
  const { centre, south, other, staff } = world
  const withIds = world.routes.flatMap(({ key, route, row }) =>
    row.of && route.method !== 'HEAD' ? [{ key, route, row, kind: row.of }] : [],
  )

  t.test('one finds what is of the own branch', async (t) => {
    const faults: string[] = []
    for (const { key, route, row, kind } of withIds) {
      const ids = await centre.make(kind)
      const sent = await row.body?.(centre, ids)
      const { status, body } = await send(centre.owner, route.method, pathOf(route, ids), sent)
      if (status !== statusOf(route, row)) faults.push(`${key}: ${status} ${JSON.stringify(body)}`)
    }
    t.same(faults, [])
  })

  const attacks = async (t: Test, from: House, attackers: (row: Row) => Caller[], branchOnly: boolean) => {
    const targets = []
    for (const known of withIds) {
      if (branchOnly && !kindsOfBranch.includes(known.kind)) continue
      const body = await known.row.body?.(centre, await centre.make(known.kind))
      targets.push({ ...known, ids: await from.make(known.kind), body })
    }
    const part = branchOnly ? 'branch' : 'company'
    const before = await fingerprint(world, from, part)
    const faults: string[] = []
    for (const { key, route, row, ids, body } of targets) {
      for (const attacker of attackers(row)) {
        const reply = await send(attacker, route.method, pathOf(route, ids), body)
        if (!isNotFound(reply)) faults.push(`${key}: ${JSON.stringify(reply)}`)
      }
    }
    t.same(faults, [])
    t.same(await fingerprint(world, from, part), before, 'and nothing of theirs has changed')
  }
  t.test('what is of another company is not there', (t) =>
    attacks(t, other, (row) => [staff.owner, centre.owner, ...boundStaff(row, staff)], false),
  )

  t.test('what is of another branch is not there, for staff and for an owner who looks at one branch', (t) =>
    attacks(t, south, (row) => [centre.owner, ...boundStaff(row, staff)], true),
  )

  t.test('staff see no other branch, an owner sees each', async (t) => {
    for (const role of ['waiter', 'cook', 'cashier'] as const) {
      t.equal((await staff[role].get(`/api/users/branches/${south.branch}/`)).status, 404)
      t.equal((await staff[role].get(`/api/users/branches/${centre.branch}/`)).status, 200)
    }
    t.equal((await staff.owner.get(`/api/users/branches/${south.branch}/`)).status, 200)
  })

  t.test('what nobody has and what is no id is not there either', async (t) => {
    const faults: string[] = []
    for (const { key, route, row, kind } of withIds) {
      const body = await row.body?.(centre, await centre.make(kind))
      for (const id of [missing, 'not-an-id', '%00', `${missing}'--`]) {
        const reply = await send(staff.owner, route.method, pathOf(route, [id, id]), body)
        if (!isNotFound(reply)) faults.push(`${key} ${id}: ${JSON.stringify(reply)}`)
      }
    }
    t.same(faults, [])
  })

  t.test('a line of another order is not a line of this one', async (t) => {
    const [order] = await centre.make('orderLine')
    for (const house of [centre, south, other]) {
      const path = `/api/cafe/orders/${order}/items/${await house.id('orderLine')}/`
      t.equal((await centre.owner.patch(path, { quantity: 5 })).status, 404)
      t.equal((await centre.owner.delete(path)).status, 404)
    }
  })
}

const isNotFound = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 404 && body.code === 'not_found'
