import { distance } from 'fastest-levenshtein'

/** Limit for names to compare: a longer one is no typing error, and comparing it costs time. */
const longest = 64

/** The known name most similar to a written one; undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined
  const written = name.toLowerCase()
  const far = Math.max(1, Math.ceil(name.length / 3)) + 1
  let found: string | undefined
  let least = far
  for (const candidate of known) {
    const away = distance(written, candidate.toLowerCase())
    if (away >= least || away >= candidate.length) continue
    found = candidate
    least = away
  }
  return found
}
