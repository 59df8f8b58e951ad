import { isMoneyName } from './money-names.ts'
import { nearest } from './nearest.ts'
import type { Shape } from './known-fields.ts'

/** A field of a body that its route does not know. */
export interface UnknownField {
  /** From the outermost field inwards; list indexes are numbers. */
  readonly path: readonly string[]
  /** The most similar known name. */
  readonly nearest: string | undefined
}

export interface UnknownFields {
  /** Fields of money by their name: their values must not get lost. */
  readonly ofMoney: readonly UnknownField[]
  readonly others: readonly UnknownField[]
}

/** Limit of fields named in one answer. */
const most = 20
/** Limit of the path: an error further inside is reported at this depth. */
const deepest = 32
const none: UnknownFields = { ofMoney: [], others: [] }

interface Trail {
  readonly key: string
  readonly outer: Trail | null
}

/** The fields of a body that its shape does not have, at any depth. */
export function unknownFieldsIn(body: unknown, shape: Shape): UnknownFields {
  if (typeof body !== 'object' || body === null) return none
  const found = { ofMoney: [] as UnknownField[], others: [] as UnknownField[] }
  walk(body, shape, null, found)
  return found
}

interface Found {
  ofMoney: UnknownField[]
  others: UnknownField[]
}

/** The recursion is as deep as the shape, however deep the body. */
function walk(value: object, shape: Shape, outer: Trail | null, found: Found): void {
  if (Array.isArray(value)) {
    for (const [place, entry] of value.entries()) {
      if (isObject(entry) && !Array.isArray(entry)) walk(entry, shape, { key: String(place), outer }, found)
    }
    return
  }
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const known = shape.fields.get(name)
    if (known === undefined) note(name, inner, shape, outer, found)
    else if (known !== null && isObject(inner)) walk(inner, known, { key: name, outer }, found)
  }
}

function note(name: string, value: unknown, shape: Shape, outer: Trail | null, found: Found): void {
  const { ofMoney, others } = found
  const trail = { key: name, outer }
  const unknownField = (): UnknownField => ({ path: pathOf(trail), nearest: nearest(name, shape.taken) })
  if (saysMoney(name, value)) {
    if (ofMoney.length < most) ofMoney.push(unknownField())
    return
  }
  if (others.length < most) others.push(unknownField())
  if (isObject(value)) findMoney(value, trail, ofMoney)
}

/** Finds fields of money inside an unknown field. A list instead of recursion, because the value may be deep. */
function findMoney(value: object, trail: Trail, ofMoney: UnknownField[]): void {
  const waiting = [{ value, trail }]
  for (let next = waiting.pop(); next && ofMoney.length < most; next = waiting.pop()) {
    for (const [key, inner] of Object.entries(next.value) as [string, unknown][]) {
      const here = { key, outer: next.trail }
      if (saysMoney(key, inner)) ofMoney.push({ path: pathOf(here), nearest: undefined })
      else if (isObject(inner)) waiting.push({ value: inner, trail: here })
    }
  }
}

/** An empty field of money has no value that could get lost. */
const saysMoney = (name: string, value: unknown): boolean =>
  value !== null && value !== '' && isMoneyName(name)

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function pathOf(trail: Trail): string[] {
  const path: string[] = []
  for (let at: Trail | null = trail; at; at = at.outer) path.push(at.key)
  return path.reverse().slice(0, deepest)
}
