interface Options<Question, Answer> {
  /** Loads the answers to many questions, in the same order. */
  ask: (questions: Question[]) => Promise<Answer[]>
  /** Waiting questions with the same key are asked once. */
  keyOf: (question: Question) => string
  /** Combines two questions with the same key; default: the first one. */
  merge?: (waiting: Question, question: Question) => Question
  maxBatchSize: number
  maxConcurrent: number
}

/** Pause before the next batch, per question of the last one. */
const restPerQuestionMs = 1
/** Longest pause before the next batch. */
const longestRestMs = 25

interface Waiting<Question, Answer> {
  question: Question
  promise: Promise<Answer>
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/**
 * Batches questions: those of one turn of the event loop, and those that arrive while `maxConcurrent` batches are being
 * loaded. The cost of a batch hardly depends on its size, so the pause before the next batch grows with the size of the
 * last one: thousands of simultaneous questions cost a few queries, and a single question does not wait. An answer is
 * never older than its question: a question never joins a batch that has been sent.
 */
export function createBatchLoader<Question, Answer>(
  options: Options<Question, Answer>,
): (question: Question) => Promise<Answer> {
  const { ask, keyOf, merge, maxBatchSize, maxConcurrent } = options
  const waiting = new Map<string, Waiting<Question, Answer>>()
  let asking = 0
  let scheduled = false
  let restUntil = 0

  const askTogether = async (batch: Waiting<Question, Answer>[]) => {
    try {
      const answers = await ask(batch.map((entry) => entry.question))
      batch.forEach((entry, i) => entry.resolve(answers[i]!))
    } catch (error) {
      for (const entry of batch) entry.reject(error)
    } finally {
      asking--
      askWaiting()
    }
  }

  const askWaiting = () => {
    while (waiting.size > 0 && asking < maxConcurrent) {
      const now = performance.now()
      if (now < restUntil) return schedule(() => setTimeout(wake, restUntil - now))
      const batch: Waiting<Question, Answer>[] = []
      for (const [key, entry] of waiting) {
        if (batch.push(entry) > maxBatchSize) break
        waiting.delete(key)
      }
      if (batch.length > maxBatchSize) batch.pop()
      asking++
      restUntil = now + Math.min(longestRestMs, batch.length * restPerQuestionMs)
      void askTogether(batch)
    }
  }

  const schedule = (begin: () => void) => {
    if (scheduled) return
    scheduled = true
    begin()
  }
  const wake = () => {
    scheduled = false
    askWaiting()
  }

  return (question) => {
    const key = keyOf(question)
    let entry = waiting.get(key)
    if (entry) {
      if (merge) entry.question = merge(entry.question, question)
    } else {
      entry = waitingFor<Question, Answer>(question)
      waiting.set(key, entry)
      schedule(() => setImmediate(wake))
    }
    return entry.promise
  }
}

function waitingFor<Question, Answer>(question: Question): Waiting<Question, Answer> {
  let resolve!: (answer: Answer) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<Answer>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { question, promise, resolve, reject }
}
