import { distance } from 'fastest-levenshtein'
import { nearest } from './unknown-fields/nearest.ts'

/** Finds the known path, such as `/api/cafe/orders/{id}/`, most similar to a written one; undefined when none is near. */
export function nearestPathAmong(paths: Iterable<string>): (written: string) => string | undefined {
  const known = Array.from(new Set(paths), (path) => ({ path, parts: partsOf(path) }))
  // of two that end alike, the shorter one, and rather one that begins alike
  known.sort((one, other) => one.parts.length - other.parts.length)
  return (written) => {
    const parts = partsOf(written)
    let found: string | undefined
    let least = Infinity
    for (const { path, parts: others } of known) {
      const away = distanceOf(parts, others)
      if (away >= least) continue
      found = path
      least = away
    }
    if (found) return found
    const alike = known.filter(({ parts: others }) => endsAlike(parts, others))
    return (alike.find(({ parts: [first] }) => first === parts[0]) ?? alike[0])?.path
  }
}

const partsOf = (path: string): string[] => path.split('/').filter(Boolean)

const isParameter = (part: string): boolean => part.startsWith('{')

/** Letters to change; infinite when a part of the path is no misspelling of the other. */
function distanceOf(written: readonly string[], known: readonly string[]): number {
  if (written.length !== known.length) return Infinity
  let sum = 0
  for (const [at, part] of known.entries()) {
    const one = written[at]!
    if (isParameter(part) || one === part) continue
    if (nearest(one, [part]) === undefined) return Infinity
    sum += distance(one, part)
  }
  return sum
}

/** Whether the last named part of a known path stands at the same place from the end: what is wrong stands before it. */
function endsAlike(written: readonly string[], known: readonly string[]): boolean {
  const last = known.findLastIndex((part) => !isParameter(part))
  return written.at(last - known.length) === known[last]
}
