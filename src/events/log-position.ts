import type { SQL } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { createEpochQuery } from './log-epoch.ts'
import { readHeads } from './log-reader.ts'
import type { StreamKey } from './stream-key.ts'

/** The number of a stream's last event, and its epoch. */
export interface StreamPosition {
  readonly epoch: string
  readonly seq: number
}

/** Reads the position of a stream as the transaction sees it. */
export type ReadPosition = (tx: Tx, stream: StreamKey) => Promise<StreamPosition>

/**
 * Runs work that reads stream positions in its own transactions. The work runs again when the database does not allow the
 * first expression for the epoch.
 */
export function createPositionReader(): <T>(work: (positionOf: ReadPosition) => Promise<T>) => Promise<T> {
  const withEpoch = createEpochQuery()
  return (work) => withEpoch((epoch) => work((tx, stream) => readPosition(tx, stream, epoch)))
}

async function readPosition(tx: Tx, stream: StreamKey, epochName: SQL): Promise<StreamPosition> {
  const { epoch, changed } = await readHeads(tx, [{ ...stream, known: -1 }], epochName)
  return { epoch, seq: changed[0]!.head }
}
