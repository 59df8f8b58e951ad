import { findDifferences } from '../../src/db/diagnose/books.ts'
import type { Database } from '../../src/db/database.ts'

/** Fails when anything derived is not what its sources say: tables, totals, money, tasks, numbers, stream heads. */
export async function checkBooks(database: Database): Promise<void> {
  const differences = await findDifferences(database)
  if (differences.length === 0) return
  const shown = differences.slice(0, 20).map((difference) => JSON.stringify(difference))
  throw new Error(`${differences.length} differences in the books:\n${shown.join('\n')}`)
}
