import type { Tx } from './database.ts'

const outcomes = new WeakMap<Tx, Promise<unknown>[]>()

/** From now on statements of this transaction may be sent ahead; who says so awaits `settlePipelined` before it ends. */
export function enablePipelining(tx: Tx): void {
  outcomes.set(tx, [])
}

/**
 * Statements have been sent of which nothing is needed but that they succeed: where that is looked at later, it is not
 * waited for, so that what is sent next shares their round trip. Elsewhere resolves when they have succeeded.
 */
export async function pipelined(tx: Tx, outcome: Promise<unknown>): Promise<void> {
  const ahead = outcomes.get(tx)
  if (!ahead) return void (await outcome)
  // when something else fails first, nobody looks at this one
  outcome.catch(() => {})
  ahead.push(outcome)
}

/** Resolves when everything sent ahead has succeeded; rejects with the first fault, in the order of sending. */
export async function settlePipelined(tx: Tx): Promise<void> {
  for (const outcome of outcomes.get(tx) ?? []) await outcome
}

/** Waits for work that follows what was sent ahead: when both fail, the first fault is the true one, it broke the other. */
export async function orPipelinedError<T>(tx: Tx, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (fault) {
    await settlePipelined(tx)
    throw fault
  }
}
