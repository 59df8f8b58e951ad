import type { Test } from 'tap'
import { fingerprint } from './world.ts'
import type { World } from './world.ts'

/** An id or a key that others have used is free here, and tells nothing of theirs. */
export async function chosenIds(t: Test, world: World): Promise<void> {
  const { centre, south, other } = world
  const theirs = await other.id('order')
  const key = { headers: { 'idempotency-key': 'the same' } }
  const zone = await other.owner.post('/api/cafe/zones/', { title: 'Их зал' }, key)
  const before = await fingerprint(world, other, 'company')
  const order = await centre.owner.post('/api/cafe/orders/', { id: theirs, note: 'наш' })
  t.equal(order.status, 201)
  t.match(order.body, { id: theirs, branch: centre.branch, note: 'наш', items: [] })
  const own = await centre.owner.post('/api/cafe/zones/', { title: 'Их зал' }, key)
  t.equal(own.status, 201)
  t.equal(own.headers['idempotency-replayed'], undefined)
  t.not(own.body.id, zone.body.id)
  t.same(await fingerprint(world, other, 'company'), before)
  const elsewhere = await south.owner.post('/api/cafe/orders/', { id: theirs })
  t.equal(elsewhere.status, 400, 'what another branch of the company has is taken')
  t.same(Object.keys(elsewhere.body), ['id'])
}
