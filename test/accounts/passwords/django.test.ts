import { hash } from '@node-rs/argon2'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { readDjangoHash } from '../../../src/accounts/passwords/django.ts'
import { isOutdated, verifyPassword } from '../../../src/accounts/passwords/hash.ts'
import { rowsOf } from '../../../src/db/database.ts'
import { startApp } from '../../support/app.ts'

/** Made by Python's hashlib.pbkdf2_hmac, in the form Django writes. */
const horse = 'pbkdf2_sha256$260000$seasalt$htpQDYdyy5MZ7bxS8mQJ0sjrWSVIvZJLEHJYe2DWsYQ='
const coffee = 'pbkdf2_sha256$1000$jkAx93Ld0aQ2$SE9Begt7A/3iSxSqCkzFCMCuLcKRCKo3KZmorlLwkEg='

t.test('a password is known by the pbkdf2 hash that Django made of it', async (t) => {
  t.equal(await verifyPassword(horse, 'correct horse'), true)
  t.equal(await verifyPassword(horse, 'Correct horse'), false)
  t.equal(await verifyPassword(coffee, 'пароль-кофе'), true)
  t.equal(await verifyPassword(coffee, 'пароль-чай'), false)
})

t.test('and by the argon2 hash, which is an ordinary one behind a name', async (t) => {
  const stored = `argon2${await hash('correct horse', { memoryCost: 102_400, timeCost: 2, parallelism: 8 })}`
  t.equal(await verifyPassword(stored, 'correct horse'), true)
  t.equal(await verifyPassword(stored, 'wrong horse'), false)
})

t.test('what is no such hash, or asks for absurd work, belongs to no password', async (t) => {
  const strange = [
    '',
    '!unusable',
    'correct horse',
    'pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM=',
    horse.replace('260000', '999999999'),
    horse.replace('260000', '0'),
    horse.slice(0, -2),
    `argon2$argon2id$v=19$m=9999999,t=2,p=8$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
  ]
  for (const stored of strange) {
    t.equal(readDjangoHash(stored), null, stored)
    t.equal(await verifyPassword(stored, 'correct horse'), false, stored)
  }
})

t.test('whoever comes with such a hash logs in, and from then on has one of our own', async (t) => {
  const cafe = await startApp(t)
  const { database } = cafe
  await database.acrossCompanies((tx) =>
    tx.execute(sql`update users set password_hash = ${coffee} where email = 'waiter1@test.com'`),
  )
  const logIn = async (password: string) =>
    (await cafe.withToken().post('/api/users/login/', { email: 'waiter1@test.com', password })).status
  const stored = async () => {
    const query = sql`select password_hash from users where email = 'waiter1@test.com'`
    const [row] = await database.acrossCompanies((tx) => rowsOf<{ password_hash: string }>(tx, query))
    return row!.password_hash
  }
  t.equal(await logIn('пароль-чай'), 401)
  t.equal(await stored(), coffee, 'a wrong password renews nothing')
  t.equal(await logIn('пароль-кофе'), 200)
  const renewed = await stored()
  t.equal(isOutdated(renewed), false)
  t.equal(await logIn('пароль-кофе'), 200)
  t.equal(await stored(), renewed, 'once')
  t.equal(await logIn('пароль-чай'), 401)
})
