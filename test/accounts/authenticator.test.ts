import { randomUUID } from 'node:crypto'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { createAuthenticator } from '../../src/accounts/authenticator.ts'
import type { Database } from '../../src/db/database.ts'
import { sessions, users } from '../../src/db/schema/index.ts'
import { ApiError } from '../../src/http/errors.ts'
import { freshDatabase, onBoth } from '../support/database.ts'
import type { DatabaseKind } from '../support/database.ts'
import type { Teardown } from '../support/teardown.ts'
import { openTokens } from './tokens/open-tokens.ts'

/** An authenticator over a real database that counts the transactions it is asked for and can be cut off. */
async function start(t: Teardown, { kind, people }: { kind: DatabaseKind; people: number }) {
  const { database, config } = await freshDatabase(t, { kind })
  const ids = Array.from({ length: people }, () => ({ userId: uuidv7(), sessionId: uuidv7() }))
  await database.acrossCompanies(async (tx) => {
    const person = ({ userId }: { userId: string }) =>
      ({ id: userId, email: `${userId}@cafe.test`, passwordHash: '', role: 'owner' }) as const
    await tx.insert(users).values(ids.map(person))
    const expiresAt = new Date(Date.now() + 86_400_000)
    await tx
      .insert(sessions)
      .values(ids.map(({ userId, sessionId }) => ({ id: sessionId, userId, expiresAt })))
  })
  const seen = { lookups: 0, cut: false }
  const counted: Database = {
    ...database,
    withRole(role, work) {
      seen.lookups++
      const refused = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
      return seen.cut ? Promise.reject(refused) : database.withRole(role, work)
    },
  }
  const time = { now: Date.now() }
  const clock = () => new Date(time.now)
  const tokens = await openTokens(t, config, clock)
  const authenticator = createAuthenticator({ config, database: counted, clock, tokens })
  const tokenOf = (person: { userId: string; sessionId: string }) =>
    tokens.issue('access', { ...person, version: 1, role: 'owner', companyId: null, branchId: null })
  return { authenticator, ids, tokenOf, seen, time, config }
}

t.test('the authenticator', (t) =>
  onBoth(t, async (t, kind) => {
    t.test('joins the look-ups of a reconnect storm into few queries', async (t) => {
      const { authenticator, ids, tokenOf, seen } = await start(t, { kind, people: 2000 })
      const actors = await Promise.all(ids.map((person) => authenticator.actorOf(tokenOf(person))))
      t.same(
        actors.map(({ userId }) => userId),
        ids.map(({ userId }) => userId),
      )
      t.ok(seen.lookups <= 3, `${seen.lookups} queries for 2000 sockets`)
    })

    t.test('remembers for a moment, and forgets when told', async (t) => {
      const { authenticator, ids, tokenOf, seen, time, config } = await start(t, { kind, people: 1 })
      const token = tokenOf(ids[0]!)
      for (let i = 0; i < 5; i++) await authenticator.actorOf(token)
      t.equal(seen.lookups, 1)
      time.now += config.actorCacheMs + 1
      await authenticator.actorOf(token)
      t.equal(seen.lookups, 2)
      authenticator.forget(ids[0]!.userId)
      await authenticator.actorOf(token)
      t.equal(seen.lookups, 3)
      authenticator.forget(randomUUID())
      await authenticator.actorOf(token)
      t.equal(seen.lookups, 3)
    })

    t.test('does not remember what was read before it was told to forget', async (t) => {
      const { authenticator, ids, tokenOf, seen } = await start(t, { kind, people: 1 })
      const token = tokenOf(ids[0]!)
      const early = authenticator.actorOf(token)
      authenticator.forget(ids[0]!.userId)
      await early
      await authenticator.actorOf(token)
      t.equal(seen.lookups, 2)
    })

    t.test('asks the database nothing about forged tokens', async (t) => {
      const { authenticator, ids, tokenOf, seen } = await start(t, { kind, people: 1 })
      await t.rejects(authenticator.actorOf(`${tokenOf(ids[0]!)}x`), { code: 'token_not_valid' })
      t.equal(seen.lookups, 0)
    })

    t.test('never takes "could not check" for "not valid"', async (t) => {
      const { authenticator, ids, tokenOf, seen } = await start(t, { kind, people: 1 })
      seen.cut = true
      const fault = await authenticator.actorOf(tokenOf(ids[0]!)).catch((error: unknown) => error)
      t.notOk(fault instanceof ApiError)
      t.match(fault, { code: 'ECONNREFUSED' })
      seen.cut = false
      t.equal(
        (await authenticator.actorOf(tokenOf(ids[0]!))).userId,
        ids[0]!.userId,
        'and recovers by itself',
      )
    })
  }),
)
