import { serverFields } from './ignored.ts'

/** Which fields a body may have, and which of them are checked inside. A list has the shape of its entries. */
export interface Shape {
  /** Every field that is taken or ignored; null: its content is not checked. */
  readonly fields: ReadonlyMap<string, Shape | null>
  /** The fields that are taken, for suggestions. */
  readonly taken: ReadonlySet<string>
}

interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
  oneOf?: Schema[]
  not?: object
  additionalProperties?: unknown
  ignores?: readonly string[]
}

/**
 * The shape of the bodies of a route.
 * @param body schema of the body; none: the route takes no fields
 * @param readForm schema of the representation that a client may send back whole with a PUT or PATCH
 * @returns null when a body may have any fields
 */
export function shapeOf(body: object = {}, readForm?: object): Shape | null {
  if (isOpen(body)) return null
  const shape = new Growing()
  for (const name of Object.keys(serverFields)) shape.fields.set(name, null)
  shape.add(body, true)
  if (readForm) shape.add(readForm, false)
  return shape
}

class Growing implements Shape {
  readonly fields = new Map<string, Growing | null>()
  readonly taken = new Set<string>()

  add(schema: Schema, isTaken: boolean): void {
    for (const part of partsOf(schema)) this.add(part, isTaken)
    for (const name of schema.ignores ?? []) if (!this.fields.has(name)) this.fields.set(name, null)
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      if (field.not) continue
      if (isTaken) this.taken.add(name)
      const inner = this.fields.get(name) ?? (hasFields(field) ? new Growing() : null)
      inner?.add(field, isTaken)
      this.fields.set(name, inner)
    }
  }
}

const partsOf = ({ anyOf = [], allOf = [], oneOf = [], items }: Schema): Schema[] => [
  ...anyOf,
  ...allOf,
  ...oneOf,
  ...(items ? [items] : []),
]

/** Whether a schema holds objects whose fields are all declared. */
const hasFields = (schema: Schema): boolean =>
  !isOpen(schema) && (schema.properties !== undefined || partsOf(schema).some(hasFields))

const isOpen = ({ additionalProperties }: Schema): boolean =>
  additionalProperties !== undefined && additionalProperties !== false
