import type { BaseLogger } from 'pino'
import { withTimeout } from '../lib/with-timeout.ts'

/** One step of the end of a process, and how long it may take, in milliseconds. */
interface Phase {
  readonly name: string
  readonly limitMs: number
  readonly work: () => Promise<unknown>
}

/**
 * Ends a process step by step. What fails or takes too long is logged and left behind, so that what comes after it is
 * still closed.
 * @returns whether all of it ended as it should
 */
export async function shutDownInPhases(phases: readonly Phase[], log: BaseLogger): Promise<boolean> {
  let orderly = true
  for (const { name, limitMs, work } of phases) {
    try {
      await withTimeout(limitMs, work())
    } catch (error) {
      orderly = false
      log.error({ err: error, phase: name }, 'cannot end this in an orderly way; going on')
    }
  }
  return orderly
}
