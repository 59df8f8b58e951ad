import type { SQL } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { createEpochQuery } from './log-epoch.ts'
import { readHeads } from './log-reader.ts'
import type { StreamKey } from './stream-key.ts'

/** The number of a stream's last event, and the history it belongs to. */
export interface Standing {
  readonly epoch: string
  readonly seq: number
}

/** Asks where a stream stands as a transaction sees it. */
export type AskStanding = (tx: Tx, stream: StreamKey) => Promise<Standing>

/**
 * Runs work that asks where streams stand in transactions of its own; run again where the database does not let its
 * history be named in the first way tried.
 */
export function createStandingReader(): <T>(work: (standingOf: AskStanding) => Promise<T>) => Promise<T> {
  const withEpoch = createEpochQuery()
  return (work) => withEpoch((epoch) => work((tx, stream) => readStanding(tx, stream, epoch)))
}

async function readStanding(tx: Tx, stream: StreamKey, epochName: SQL): Promise<Standing> {
  const { epoch, changed } = await readHeads(tx, [{ ...stream, known: -1 }], epochName)
  return { epoch, seq: changed[0]!.head }
}
