import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createBatchLoader } from '../../src/lib/batch-loader.ts'

/** A joiner whose answers are the questions doubled, and what was asked together. */
function doubling(options: { maxBatchSize?: number } = {}) {
  const asked: number[][] = []
  const ask = createBatchLoader<number, number>({
    ask: async (questions) => {
      asked.push(questions)
      await turn()
      return questions.map((question) => question * 2)
    },
    keyOf: String,
    maxBatchSize: 1000,
    maxConcurrent: 2,
    ...options,
  })
  return { ask, asked }
}

t.test('questions of one turn are asked together, equal ones once', async (t) => {
  const { ask, asked } = doubling()
  t.same(await Promise.all([3, 1, 3, 2].map(ask)), [6, 2, 6, 4])
  t.same(asked, [[3, 1, 2]])
})

t.test('a lone question waits for nobody', async (t) => {
  const { ask, asked } = doubling()
  const answer = ask(1)
  await turn()
  t.same(asked, [[1]], 'it was asked at the end of the turn')
  t.equal(await answer, 2)
})

t.test('a storm whose questions come one after the other is few queries all the same', async (t) => {
  const { ask, asked } = doubling()
  const answers: Promise<number>[] = []
  for (let question = 0; question < 500; question++) {
    answers.push(ask(question))
    await turn()
  }
  t.same(
    await Promise.all(answers),
    answers.map((_, question) => question * 2),
  )
  t.ok(asked.length < 100, `${asked.length} queries for 500 questions`)
})

t.test('no more are asked together than may be; the others follow', async (t) => {
  const { ask, asked } = doubling({ maxBatchSize: 2 })
  t.same(await Promise.all([1, 2, 3, 4, 5].map(ask)), [2, 4, 6, 8, 10])
  t.same(asked, [[1, 2], [3, 4], [5]])
})

t.test('who cannot be answered is told so, and the next question is asked', async (t) => {
  let fails = true
  const ask = createBatchLoader<number, number>({
    ask: async (questions) => {
      if (fails) throw new Error('away')
      return questions
    },
    keyOf: String,
    maxBatchSize: 10,
    maxConcurrent: 1,
  })
  await t.rejects(ask(1), { message: 'away' })
  fails = false
  t.equal(await ask(1), 1)
})
