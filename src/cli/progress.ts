/** Interval between progress messages. */
const everyMs = 2000

/**
 * Reports a rising number at intervals.
 * @param now milliseconds of a monotonic clock
 */
export function progress(
  tell: (value: number) => void,
  now = () => performance.now(),
): (value: number) => void {
  let last = now()
  return (value) => {
    if (now() - last < everyMs) return
    last = now()
    tell(value)
  }
}
