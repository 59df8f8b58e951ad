import { performance } from 'node:perf_hooks'
import t from 'tap'
import { hashPassword, verifyPassword } from '../../../src/accounts/passwords/hash.ts'

t.test('a password is kept as argon2id with a salt of its own', async (t) => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  t.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.not(one, two)
  t.equal(await verifyPassword(one, 'correct horse'), true)
  t.equal(await verifyPassword(one, 'Correct horse'), false)
})

t.test('an unknown account takes the same work as a wrong password', async (t) => {
  const stored = await hashPassword('correct horse')
  const time = async (hash: string | null) => {
    const start = performance.now()
    t.equal(await verifyPassword(hash, 'a guess'), false)
    return performance.now() - start
  }
  const known: number[] = []
  const unknown: number[] = []
  for (let i = 0; i < 9; i++) {
    known.push(await time(stored))
    unknown.push(await time(null))
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[4]!
  const ratio = median(unknown) / median(known)
  // without the decoy the ratio is below 0.01
  t.ok(ratio > 0.33 && ratio < 3, `ratio ${ratio}`)
})

t.test('a check that is no longer wanted when its turn comes is not made', async (t) => {
  const refusal = new Error('not now')
  await t.rejects(
    verifyPassword(null, 'a guess', async () => {
      throw refusal
    }),
    refusal,
  )
  const waiting = Array.from({ length: 12 }, () => hashPassword('correct horse'))
  t.equal((await Promise.all(waiting)).length, 12, 'the turn was given on')
})
