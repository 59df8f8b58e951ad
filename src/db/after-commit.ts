import type { Tx } from './database.ts'

type Effect = () => Promise<unknown>

const effects = new WeakMap<Tx, Effect[]>()

/**
 * Notes what is to be done outside of the database once a change is committed, and not at all when it is rolled back. A
 * process that dies in between does not do it, so it must be something that somebody makes up for.
 */
export function afterCommit(tx: Tx, effect: Effect): void {
  effects.set(tx, [...(effects.get(tx) ?? []), effect])
}

/** Does what was noted in a transaction that has been committed. Never rejects: the change has happened. */
export async function runAfterCommit(tx: Tx): Promise<void> {
  await Promise.allSettled((effects.get(tx) ?? []).map((effect) => effect()))
}
