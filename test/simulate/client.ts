import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../chaos/random.ts'
import { request } from '../guide/http.ts'
import type { Answer, Method } from '../guide/http.ts'

/** One request as somebody makes it. */
interface Ask {
  token?: string
  /** What it is called in the report. */
  action: string
  body?: object
  /** Sent as `If-Match`. */
  version?: number
  /** Refusals that are part of the day, such as 409 for a dish somebody else has taken. Any other is a difference. */
  refusable?: readonly number[]
}

/** What the requests of a day came to. */
export interface RequestCounts {
  answered: number
  /** Given up by the client before the answer, and sent again. */
  hasty: number
  /** Without an answer, or answered 5xx, and sent again. */
  failed: number
  doubleTaps: number
  replayed: number
  /** `409 task_taken` …, with how often. */
  readonly refusals: Map<string, number>
  /** Milliseconds by action. */
  readonly latencies: Map<string, number[]>
  /** What must not happen, in words. */
  readonly faults: string[]
}

/** Requests as clients of a bad network make them: some are given up and sent again, some are tapped twice. */
export interface Client {
  readonly counts: RequestCounts
  /** The body of the answer; null when it was refused in a way that is part of the day. */
  ask<Body>(random: Random, method: Method, path: string, ask: Ask): Promise<Body | null>
  /** The same for what nothing may keep from happening. @throws Error */
  must<Body>(method: Method, path: string, ask: Ask): Promise<Body>
}

const tries = 12
const patienceMs = 30_000

/** @param urls base addresses, without a slash at the end; requests go to any of them */
export function createClient(urls: readonly string[], { trouble }: { trouble: boolean }): Client {
  const counts: RequestCounts = {
    answered: 0,
    hasty: 0,
    failed: 0,
    doubleTaps: 0,
    replayed: 0,
    refusals: new Map(),
    latencies: new Map(),
    faults: [],
  }

  async function once<Body>(
    url: string,
    method: Method,
    path: string,
    { token, body, version, action }: Ask,
    key: string,
    timeoutMs: number,
  ): Promise<Answer<Body> | null> {
    const began = performance.now()
    const headers = {
      ...(method === 'POST' && { 'idempotency-key': key }),
      ...(version !== undefined && { 'if-match': `W/"${version}"` }),
    }
    try {
      const answer = await request<Body>(url, method, path, { token, body, headers, timeoutMs })
      const tookMs = performance.now() - began
      const latencies = counts.latencies.get(action)
      if (latencies) latencies.push(tookMs)
      else counts.latencies.set(action, [tookMs])
      if (answer.headers.get('idempotency-replayed')) counts.replayed++
      return answer
    } catch {
      return null
    }
  }

  /** Sends until there is an answer that is one. */
  async function insist<Body>(
    random: Random,
    method: Method,
    path: string,
    ask: Ask,
  ): Promise<Answer<Body> | null> {
    const key = randomUUID()
    for (let attempt = 0; attempt < tries; attempt++) {
      const send = (timeoutMs: number) => once<Body>(random.pick(urls), method, path, ask, key, timeoutMs)
      const chance = trouble && attempt === 0 ? random.next() : 1
      if (chance < 0.04) {
        // the network was gone for a moment: nobody knows whether the request arrived
        const answer = await send(random.between(1, 30))
        if (answer && answer.status < 500) return answer
        counts.hasty++
        continue
      }
      const twice = chance < 0.1 && method === 'POST'
      const answers = await Promise.all(twice ? [send(patienceMs), send(patienceMs)] : [send(patienceMs)])
      if (twice) noteDoubleTap(answers, ask.action)
      const answer = answers.find((each) => each && each.status < 300) ?? answers[0]
      if (answer?.status === 500) counts.faults.push(`${method} ${path}: 500 ${JSON.stringify(answer.body)}`)
      if (answer && answer.status < 500 && !isInProgress(answer)) return answer
      counts.failed++
      await sleep(random.between(20, 60) * 2 ** Math.min(attempt, 5))
    }
    counts.faults.push(`${method} ${path}: no answer after ${tries} tries`)
    return null
  }

  function noteDoubleTap(answers: readonly (Answer<unknown> | null)[], action: string): void {
    counts.doubleTaps++
    const good = answers.filter((answer) => answer !== null && answer.status < 300)
    const [one, other] = good
    if (one && other && !isDeepStrictEqual(one.body, other.body))
      counts.faults.push(
        `${action} tapped twice was carried out twice: ${JSON.stringify([one.body, other.body])}`,
      )
  }

  const client: Client = {
    counts,
    async ask<Body>(random: Random, method: Method, path: string, ask: Ask) {
      const answer = await insist<Body>(random, method, path, ask)
      if (!answer) return null
      counts.answered++
      if (answer.status < 300) return answer.body
      const { code } = answer.body as { code?: string }
      const refusal = `${answer.status} ${code ?? 'fields'}`
      counts.refusals.set(refusal, (counts.refusals.get(refusal) ?? 0) + 1)
      if (!ask.refusable?.includes(answer.status))
        counts.faults.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return null
    },
    async must<Body>(method: Method, path: string, ask: Ask) {
      const key = randomUUID()
      for (let attempt = 0; attempt < tries; attempt++) {
        const answer = await once<Body>(urls[attempt % urls.length]!, method, path, ask, key, patienceMs)
        if (answer && answer.status < 300) return answer.body
        if (answer && answer.status < 500)
          throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
        await sleep(50 * 2 ** Math.min(attempt, 6))
      }
      throw new Error(`${method} ${path}: no answer from ${urls.join(', ')}`)
    },
  }
  return client
}

const isInProgress = ({ status, body }: Answer<unknown>) =>
  status === 409 && (body as { code?: string }).code === 'idempotency_in_progress'
