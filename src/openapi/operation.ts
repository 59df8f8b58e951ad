import type { FastifySchema, RouteOptions } from 'fastify'
import { permissions } from '../accounts/permissions.ts'
import type { Access } from '../plugins/declared-access.ts'
import { errorReplies } from '../http/schemas.ts'
import { isOfCafe } from '../http/paths.ts'
import { codesOf, isRepeatable } from './error-codes.ts'
import { errorResponses } from './error-responses.ts'
import type { SharedResponses } from './error-responses.ts'
import { exampleOf, requestExampleOf } from './examples.ts'
import { present, refTo } from './json-schema.ts'

/** An operation of the document, without its parameters at first. */
export interface Operation {
  parameters?: object[]
  [part: string]: unknown
}

/** Adds to the framework's part: access, request body and all answers. */
export function operationOf(
  operation: Operation,
  route: RouteOptions,
  method: string,
  shared: SharedResponses,
): Operation {
  const { url, config = {}, schema = {} } = route
  const access = config.access!
  const roles = rolesOf(access)
  const parameters = [...(operation.parameters ?? []), ...commonParameters(route, method)]
  const body = method === 'GET' ? undefined : requestBodyOf(schema)
  return {
    ...operation,
    operationId: operationIdOf(method, url),
    description: [schema.description, accessText(access, roles), aliasNote(config.aliasOf, method)]
      .filter(Boolean)
      .join('\n\n'),
    security: access === 'public' ? [] : [{ bearer: [] }],
    'x-roles': roles,
    ...(config.aliasOf && { 'x-alias-of': config.aliasOf }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: { ...errorResponses(codesOf(route, method), shared), ...answersOf(route, method) },
  }
}

/** `POST /api/cafe/orders/:id/pay/` → `postApiCafeOrdersIdPay`. */
const operationIdOf = (method: string, url: string): string =>
  method.toLowerCase() +
  url
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const rolesOf = (access: Access): readonly string[] =>
  access === 'public' || access === 'signed-in' ? [access] : permissions[access]

const accessText = (access: Access, roles: readonly string[]): string => {
  if (access === 'public') return 'For everybody, without a token.'
  if (access === 'signed-in') return 'For everybody with a valid token.'
  return `Roles: ${roles.join(', ')}.`
}

const aliasNote = (aliasOf: string | undefined, method: string): string =>
  aliasOf ? `Another name of \`${method} ${aliasOf}\`, for older clients.` : ''

const commonParameters = ({ url, config = {}, schema = {} }: RouteOptions, method: string): object[] => [
  ...(isOfCafe(url) && !hasBranch(schema) ? [parameter('branch')] : []),
  ...(isRepeatable({ config }, method) ? [parameter('Idempotency-Key')] : []),
  ...(config.raises?.includes('version_conflict') ? [parameter('If-Match')] : []),
]

const parameter = (name: string): object => ({ $ref: `#/components/parameters/${name}` })

const hasBranch = ({ querystring }: FastifySchema): boolean =>
  'branch' in ((querystring as { properties?: object } | undefined)?.properties ?? {})

function requestBodyOf({ body, consumes = ['application/json'], tags }: FastifySchema): object | undefined {
  if (!body) return undefined
  const { required = [], anyOf } = body as { required?: string[]; anyOf?: unknown[] }
  const media = { schema: present(body), example: requestExampleOf(body, tags?.[0]) }
  return {
    required: required.length > 0 || anyOf !== undefined,
    content: Object.fromEntries(consumes.map((type) => [type, media])),
  }
}

const meanings: Record<string, string> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Taken note of.',
  204: 'Done; there is nothing to show.',
  304: 'Not changed since.',
}

const derived = new Set<object>(Object.values(errorReplies))

/** The answers in the schema of a route, without the errors that all routes share, and the upgrade of a socket. */
function answersOf(route: RouteOptions, method: string): Record<string, object> {
  const { schema = {}, config } = route
  const shapes = Object.entries((schema.response ?? {}) as Record<string, object>)
  const answers = shapes
    .filter(([status, shape]) => /^\d{3}$/.test(status) && !derived.has(shape))
    .map(([status, shape]) => [
      status,
      answerOf(status, shape, headersFor({ config }, method, shape), {
        mayWarn: method !== 'GET',
        tag: schema.tags?.[0],
      }),
    ])
  return {
    ...Object.fromEntries(answers),
    ...(config?.raises?.includes('upgrade_required') && {
      101: { description: 'The socket is open; see the documents of its messages.' },
    }),
  }
}

interface Shape {
  type?: string
  description?: string
  properties?: Record<string, unknown>
  content?: Record<string, { schema: object }>
}

function headersFor(
  route: Pick<RouteOptions, 'config'>,
  method: string,
  { properties = {} }: Shape,
): Record<string, object> {
  const names = [
    ...(isRepeatable(route, method) ? ['Idempotency-Replayed'] : []),
    ...('version' in properties ? ['ETag'] : []),
  ]
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

interface Answering {
  /** Whether it may have warnings. */
  readonly mayWarn: boolean
  /** Of the operation. */
  readonly tag?: string
}

function answerOf(status: string, shape: Shape, headers: object, { mayWarn, tag }: Answering): object {
  const warns = { mayWarn: mayWarn && shape.type === 'object', tag }
  const content = shape.type === 'null' ? undefined : mediaOf(shape, warns)
  return {
    description: (shape.content && shape.description) || meanings[status] || 'Done.',
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(content && { content }),
  }
}

/** The shape, with the warnings if the answer may have any. */
const presented = (schema: object, mayWarn: boolean): unknown =>
  mayWarn
    ? { allOf: [present(schema), { type: 'object', properties: { warnings: refTo('Warnings') } }] }
    : present(schema)

/** Several content types if the shape names them, else JSON. */
function mediaOf(shape: Shape, { mayWarn, tag }: Answering): object {
  const kinds = shape.content ?? { 'application/json': { schema: shape } }
  return Object.fromEntries(
    Object.entries(kinds).map(([type, { schema }]) => [
      type,
      { schema: presented(schema, mayWarn), example: exampleOf(schema, tag) },
    ]),
  )
}
