import type { SQL } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { createEpochQuery } from './log-epoch.ts'
import { readHeads } from './log-reader.ts'
import type { StreamKey } from './stream-key.ts'

/** The number of a stream's last event, and the history it belongs to. */
export interface StreamPosition {
  readonly epoch: string
  readonly seq: number
}

/** Asks where a stream stands as a transaction sees it. */
export type ReadPosition = (tx: Tx, stream: StreamKey) => Promise<StreamPosition>

/**
 * Runs work that asks where streams stand in transactions of its own; run again where the database does not let its
 * history be named in the first way tried.
 */
export function createPositionReader(): <T>(work: (positionOf: ReadPosition) => Promise<T>) => Promise<T> {
  const withEpoch = createEpochQuery()
  return (work) => withEpoch((epoch) => work((tx, stream) => readPosition(tx, stream, epoch)))
}

async function readPosition(tx: Tx, stream: StreamKey, epochName: SQL): Promise<StreamPosition> {
  const { epoch, changed } = await readHeads(tx, [{ ...stream, known: -1 }], epochName)
  return { epoch, seq: changed[0]!.head }
}
