import type { Tx } from './database.ts'

const outcomes = new WeakMap<Tx, Promise<unknown>[]>()

/** Allows statements of this transaction to be pipelined; the caller awaits `settlePipelined` before the commit. */
export function enablePipelining(tx: Tx): void {
  outcomes.set(tx, [])
}

/**
 * For statements whose result is not needed, only their success. In a transaction with pipelining they are not awaited
 * here, so that the next statements share their round trip. In others, resolves when they have succeeded.
 */
export async function pipelined(tx: Tx, outcome: Promise<unknown>): Promise<void> {
  const ahead = outcomes.get(tx)
  if (!ahead) return void (await outcome)
  // prevents an unhandled rejection when another statement fails first
  outcome.catch(() => {})
  ahead.push(outcome)
}

/** Resolves when all pipelined statements have succeeded; rejects with the first error, in the order of sending. */
export async function settlePipelined(tx: Tx): Promise<void> {
  for (const outcome of outcomes.get(tx) ?? []) await outcome
}

/** Awaits work after pipelined statements. When both fail, it rejects with the pipelined error, which caused the other. */
export async function orPipelinedError<T>(tx: Tx, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    await settlePipelined(tx)
    throw error
  }
}
