/** The part of JSON Schema that routes are declared with, as far as ids are concerned. */
interface Schema {
  format?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

/** Every place of a body or query that holds an id: `table`, `items.0.menu_item`, `task_ids.0`. */
export function idPlaces(schema: unknown, path: readonly string[] = []): string[] {
  const { format, properties = {}, items, anyOf = [] } = (schema ?? {}) as Schema
  const places = [
    ...(format === 'uuid' ? [path.join('.')] : []),
    ...Object.entries(properties).flatMap(([name, inner]) => idPlaces(inner, [...path, name])),
    ...(items ? idPlaces(items, [...path, '0']) : []),
    ...anyOf.flatMap((inner) => idPlaces(inner, path)),
  ]
  return [...new Set(places)]
}

/** The body with a value at a place in it; what is missing on the way is made. */
export function withAt(body: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (/^\d+$/.test(key)) {
    const list = Array.isArray(body) ? [...(body as unknown[])] : []
    list[Number(key)] = withAt(list[Number(key)], rest, value)
    return list
  }
  const object = (body ?? {}) as Record<string, unknown>
  return { ...object, [key]: withAt(object[key], rest, value) }
}

/** Whether messages stand at the place of a fault, or at the list that it is in. */
export function namesFault(body: unknown, [key, ...rest]: readonly string[]): boolean {
  const isMessages =
    Array.isArray(body) && body.length > 0 && body.every((entry) => typeof entry === 'string')
  if (isMessages) return true
  if (key === undefined || typeof body !== 'object' || body === null) return false
  return namesFault((body as Record<string, unknown>)[key], rest)
}
