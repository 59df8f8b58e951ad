import type { Tx } from './database.ts'

type Effect = () => Promise<unknown>

const effects = new WeakMap<Tx, Effect[]>()

/**
 * Registers an effect outside of the database, to run after the commit; a rollback drops it. A crash between the two loses
 * it, so a retention job or the like must be able to make up for it.
 */
export function afterCommit(tx: Tx, effect: Effect): void {
  effects.set(tx, [...(effects.get(tx) ?? []), effect])
}

/** Runs the effects of a committed transaction. Never rejects: the change is committed. */
export async function runAfterCommit(tx: Tx): Promise<void> {
  await Promise.allSettled((effects.get(tx) ?? []).map((effect) => effect()))
}
