import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { eventData } from '../../src/cafe/events.ts'
import type { EventType } from '../../src/events/catalogue.ts'
import { eventMessageSchema } from '../../src/events/event-schema.ts'
import { serverMessages, streamMessages } from '../../src/realtime/messages.ts'
import type { ServerMessageType } from '../../src/realtime/messages.ts'

/** In the data of an event that a test has made up: only what stands around the data is checked. */
export const madeUp = { made_up: true } as const

/** What is wrong with a message that a client got, or null: it has the shape of its type, and no field besides. */
export function messageFault(message: unknown): string | null {
  const { type, data } = message as { type?: unknown; data?: { made_up?: unknown } }
  const validate = validatorOf(String(type), data?.made_up === true)
  if (!validate)
    return `${String(type)}: no such message; declare it in src/cafe/events.ts or src/realtime/messages.ts`
  if (validate(message)) return null
  const errors = validate.errors!.map(
    ({ instancePath, message: text, params }) => `${instancePath} ${text} ${JSON.stringify(params)}`,
  )
  return `${String(type)}: ${errors.slice(0, 4).join(', ')}: ${JSON.stringify(message).slice(0, 500)}`
}

const validators = new Map<string, ValidateFunction>()
let ajv: Ajv2020 | undefined

function validatorOf(type: string, isMadeUp: boolean): ValidateFunction | null {
  const key = `${type} ${isMadeUp}`
  const known = validators.get(key)
  if (known) return known
  const schema = schemaOf(type, isMadeUp)
  if (!schema) return null
  ajv ??= createReader()
  const validate = ajv.compile(exact(schema) as object)
  validators.set(key, validate)
  return validate
}

function schemaOf(type: string, isMadeUp: boolean): object | null {
  if (type in serverMessages) return serverMessages[type as ServerMessageType]
  if (type === 'close') return streamMessages.close
  if (!(type in eventData)) return null
  const schema = eventMessageSchema(type as EventType, eventData[type as EventType])
  return isMadeUp ? { ...schema, properties: { ...schema.properties, data: { type: 'object' } } } : schema
}

function createReader(): Ajv2020 {
  const reader = new Ajv2020({ strict: false, allErrors: true })
  // the export of a CommonJS module: its default is the function itself
  ;(addFormats as unknown as (instance: Ajv2020) => void)(reader)
  return reader
}

/** The same shape without room for fields that it does not name. */
function exact(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(exact)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, exact(part)]))
  return 'properties' in schema ? { additionalProperties: false, ...parts } : parts
}
