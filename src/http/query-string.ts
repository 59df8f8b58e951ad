/** Query parameters by name; an empty value counts as none, a repeated name makes a list. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue
    const before = Object.hasOwn(query, name) ? query[name] : undefined
    if (before === undefined) Object.defineProperty(query, name, { value, enumerable: true, writable: true })
    else query[name] = [before, value].flat()
  }
  return query
}
