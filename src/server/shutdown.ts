import type { BaseLogger } from 'pino'
import { withTimeout } from '../lib/with-timeout.ts'

/** One phase of the shutdown and its time limit. */
interface Phase {
  readonly name: string
  readonly limitMs: number
  readonly work: () => Promise<unknown>
}

/**
 * Runs the phases of a shutdown in order. A phase that fails or exceeds its limit is logged; the next ones still run.
 * @returns whether every phase succeeded
 */
export async function shutDownInPhases(phases: readonly Phase[], log: BaseLogger): Promise<boolean> {
  let orderly = true
  for (const { name, limitMs, work } of phases) {
    try {
      await withTimeout(limitMs, work())
    } catch (error) {
      orderly = false
      log.error({ err: error, phase: name }, 'shutdown phase failed; continuing')
    }
  }
  return orderly
}
