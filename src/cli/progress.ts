/** How often a long piece of work is told of. */
const everyMs = 2000

/**
 * Tells of a number that rises, from time to time.
 * @param now milliseconds of a clock that only goes forward
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
