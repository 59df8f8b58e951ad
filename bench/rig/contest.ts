import { isDisturbed, watchOthers } from './machine.ts'
import type { Disturbance } from './machine.ts'

/** A round as it was measured, and what else the machine did meanwhile. */
export type Measured<Figures> = Figures & { readonly disturbance: Disturbance; readonly disturbed: boolean }

interface Contest<Contender, Figures> {
  contenders: readonly Contender[]
  rounds: number
  nameOf: (contender: Contender) => string
  /** One round of one contender. @throws Error when something was lost, doubled or repaired */
  run: (contender: Contender) => Promise<Figures>
  /** Says a round in a few words. */
  describe: (figures: Figures) => string
  progress: (line: string) => void
}

/** How often a round that others disturbed is run again; after that it counts as it is, and is marked as disturbed. */
const repetitions = 2

/**
 * Lets the contenders take turns: a first round of each that does not count, then round by round. What the machine does
 * over the minutes so meets all of them alike.
 */
export async function contest<Contender, Figures extends object>(
  options: Contest<Contender, Figures>,
): Promise<Map<Contender, Measured<Figures>[]>> {
  const { contenders, rounds, nameOf, run, describe, progress } = options
  const results = new Map<Contender, Measured<Figures>[]>(contenders.map((one) => [one, []]))
  for (const contender of contenders) await undisturbed(() => run(contender), 0)
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const measured = await undisturbed(() => run(contender))
      results.get(contender)!.push(measured)
      const mark = measured.disturbed ? ' (disturbed)' : ''
      progress(`  ${round}/${rounds} ${nameOf(contender)}: ${describe(measured)}${mark}`)
    }
  }
  return results
}

/**
 * Runs a round, and again while others disturb it, or where it failed for once.
 * @throws Error what went wrong when it did so each time
 */
export async function undisturbed<Figures extends object>(
  run: () => Promise<Figures>,
  again = repetitions,
): Promise<Measured<Figures>> {
  for (let attempt = 0; ; attempt++) {
    const watch = watchOthers()
    const figures = await run().catch((error: unknown) => {
      if (attempt >= repetitions) throw error
    })
    if (!figures) continue
    const disturbance = watch()
    const disturbed = isDisturbed(disturbance)
    if (!disturbed || attempt >= again) return { ...figures, disturbance, disturbed }
  }
}
