interface Options<Question, Answer> {
  /** Answers many questions at once, in their order. */
  ask: (questions: Question[]) => Promise<Answer[]>
  /** Questions of one key that wait at the same time are asked once. */
  keyOf: (question: Question) => string
  /** The question to ask for two of one key; the first of them when left out. */
  merge?: (waiting: Question, question: Question) => Question
  maxBatchSize: number
  maxConcurrent: number
}

/** After each question that was asked, the next ones gather for so long, in milliseconds, … */
const restPerQuestionMs = 1
/** … but not longer than this after they could have been asked. */
const longestRestMs = 25

interface Waiting<Question, Answer> {
  question: Question
  promise: Promise<Answer>
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/**
 * Joins the questions of one turn of the event loop, and those that come while enough are being asked, into few. What
 * asking costs hardly depends on how many are asked, so the more there were, the longer the next ones gather: thousands
 * that come at once cost a handful of queries, and a lone question waits for nobody. An answer is always as new as its
 * question: nobody gets that of a question already on its way.
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
