/** What the stop-list of a branch says about a dish. */
export interface Stop {
  readonly stopped: boolean
  /** Portions still to be sold; null when nobody counts them. */
  readonly portionsLeft: number | null
}

/** A dish the stop-list does not mention. */
export const onSale: Stop = { stopped: false, portionsLeft: null }

/**
 * The stop after somebody asked for a change; what is not asked for stays. No portions left always means stopped, so
 * new portions put a dish that had run out back on sale, and taking it off the stop-list ends the counting.
 */
export function stopAfter(current: Stop, wanted: Partial<Stop>): Stop {
  const ranOut = current.portionsLeft === 0
  const resumed = wanted.stopped === false
  const kept = resumed && ranOut ? null : current.portionsLeft
  const portionsLeft = wanted.portionsLeft === undefined ? kept : wanted.portionsLeft
  const stopped = wanted.stopped ?? (ranOut && portionsLeft !== 0 ? false : current.stopped)
  return { stopped: stopped || portionsLeft === 0, portionsLeft }
}

/** Whether two stops say the same. */
export const sameStop = (a: Stop, b: Stop): boolean =>
  a.stopped === b.stopped && a.portionsLeft === b.portionsLeft
