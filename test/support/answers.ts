import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../src/app.ts'

/** The part of an OpenAPI document that answers are held against. */
export interface ApiDocument {
  paths: Record<string, Record<string, ApiOperation>>
  components: { responses: Record<string, ApiResponse> }
}

export interface ApiResponse {
  content?: Record<string, { schema: object; example?: unknown; examples?: Record<string, object> }>
}

export interface ApiOperation {
  responses: Record<string, ApiResponse & { $ref?: string }>
  [part: string]: unknown
}

export const documentOf = (app: App): ApiDocument => app.swagger() as unknown as ApiDocument

/** `/api/cafe/orders/:id/` as the document spells it. */
export const documentPath = (url: string): string => url.replace(/:(\w+)/g, '{$1}')

/**
 * Holds every answer of an app against the API document: its status must stand at the route, its body must have the shape
 * that stands there. `check` throws what did not.
 */
export function watchAnswers() {
  const faults = new Set<string>()
  return {
    watch(app: App): void {
      app.addHook('onSend', async (request, reply, payload) => {
        const fault = faultOf(app, request, reply, payload)
        if (fault) faults.add(fault)
        return payload
      })
    },
    check(): void {
      if (faults.size > 0)
        throw new Error(`answers that the API document does not tell of:\n${[...faults].join('\n')}`)
    },
  }
}

function faultOf(
  app: App,
  request: FastifyRequest,
  { statusCode: status }: FastifyReply,
  payload: unknown,
): string | null {
  const { url = '', schema } = request.routeOptions
  if (request.is404) return shapeFault(app, request.method, ['components', 'schemas', 'Error'], payload)
  if (request.method === 'OPTIONS' || schema?.hide) return null
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase()
  const path = documentPath(url)
  const key = `${method.toUpperCase()} ${url} ${status}`
  const found = responseAt(documentOf(app), path, method, status)
  if (!found) {
    const { code } = (typeof payload === 'string' ? parsed(payload) : {}) as { code?: string }
    return `${key}: not documented. ${
      code
        ? `Declare \`raises: ['${code}']\` in the config of the route`
        : 'Add it to `schema.response` of the route'
    }`
  }
  if (request.method === 'HEAD' || !found.response.content?.['application/json']) return null
  return shapeFault(app, key, [...found.place, 'content', 'application/json', 'schema'], payload)
}

/** The answer of a route with a status, and where in the document it stands. */
export function responseAt(
  { paths, components }: ApiDocument,
  path: string,
  method: string,
  status: number | string,
): { response: ApiResponse; place: string[] } | null {
  const response = paths[path]?.[method]?.responses[status]
  const shared = response?.$ref?.split('/').at(-1)
  if (shared) return { response: components.responses[shared]!, place: ['components', 'responses', shared] }
  return response ? { response, place: ['paths', path, method, 'responses', String(status)] } : null
}

function shapeFault(app: App, key: string, place: readonly string[], payload: unknown): string | null {
  if (typeof payload !== 'string') return null
  const validate = validatorAt(documentOf(app), place)
  const body = parsed(payload)
  if (validate(body)) return null
  const { code } = body as { code?: unknown }
  const hint =
    typeof code === 'string' ? ` (undeclared code? \`raises: ['${code}']\` in the config of the route)` : ''
  const errors = validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`)
  return `${key}: ${errors.slice(0, 4).join(', ')}${hint}: ${payload.slice(0, 300)}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

// compiled once per process and shape: apps of one process have the same document but for the roles they play
const validators = new Map<string, ValidateFunction>()
const readers = new Map<object, { ajv: Ajv2020; text: string }>()

/** Checks a value against the schema at a place in the document. */
export function validatorAt(document: ApiDocument, place: readonly string[]): ValidateFunction {
  const { ajv, text } = readerOf(document)
  const pointer = place
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/')
  const key = `${text.length} ${pointer}`
  const validate = validators.get(key) ?? ajv.compile({ $ref: `api#/${pointer}` })
  validators.set(key, validate)
  return validate
}

function readerOf(document: ApiDocument) {
  const known = readers.get(document)
  if (known) return known
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // the export of a CommonJS module: its default is the function itself
  ;(addFormats as unknown as (instance: Ajv2020) => void)(ajv)
  const text = JSON.stringify(document)
  ajv.addSchema({ ...(JSON.parse(text) as object), $id: 'api' })
  const reader = { ajv, text }
  readers.set(document, reader)
  return reader
}
