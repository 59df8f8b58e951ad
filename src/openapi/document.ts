import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema, RouteOptions } from 'fastify'
import { components } from './components.ts'
import { errorExamples, errorSchemas } from './error-responses.ts'
import type { SharedResponses } from './error-responses.ts'
import { operationOf } from './operation.ts'
import type { Operation } from './operation.ts'
import { spelledOut } from './json-schema.ts'
import { tagDescriptions } from './tags.ts'
import { documentedPath } from '../http/paths.ts'
import { Warnings } from '../http/schemas.ts'

type Options = FastifyDynamicSwaggerOptions
type Paths = Record<string, Record<string, Operation>>

const description = `
Orders, tables and the kitchen of cafés. Every time is UTC with \`Z\`, every amount is text with two decimals.

- **Token**: \`POST /api/users/login/\`, then \`Authorization: Bearer <access>\`.
- **Language** of texts: the user's own, else \`Accept-Language\` (\`ru\`, \`en\`).
- **Paths** answer with and without the trailing slash; GET answers HEAD as well.
- **Errors**: 400 names the fields at fault; every other one is \`{"detail", "code"}\`. Beside what stands at a route: 404
  \`not_found\` for a path that is none, 405 \`method_not_allowed\` with \`Allow\` for a method that a path does not have, and
  \`bad_request\`, \`request_timeout\`, \`headers_too_large\` for what cannot be read as a request.
- **Sockets** under \`/ws/\`: read the snapshot first, then connect with its position.
`

const text = { type: 'string' }
const header = (description: string, schema: object = text) => ({ description, schema })

/** Makes the document from the routes; no route has a part written by hand. */
export function documentOptions(version: string, publicUrl?: string): Options {
  const described = new Map<string, RouteOptions>()
  const transform: Options['transform'] = ({ schema, url, route }) => {
    for (const method of [route.method].flat())
      described.set(`${method.toLowerCase()} ${documentedPath(url)}`, route)
    return { url, schema: schema?.hide ? schema : parametersOf(schema) }
  }
  const transformObject: Options['transformObject'] = (given) => {
    if (!('openapiObject' in given)) return given.swaggerObject
    const document = given.openapiObject
    const paths = (document.paths ?? {}) as Paths
    const shared: SharedResponses = new Map()
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const route = described.get(`${method} ${path}`)!
        operations[method] = operationOf(operation, route, method.toUpperCase(), shared)
      }
    }
    return withoutUnused({ ...document, paths: sorted(paths), components: sharedParts(shared) })
  }
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'cafe-realtime',
        version,
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      } as NonNullable<Options['openapi']>['info'],
      // relative to the address of the document, for clients that reach the service under another name
      servers: [...(publicUrl ? [{ url: publicUrl }] : []), { url: '/' }],
      tags: Object.entries(tagDescriptions).map(([name, about]) => ({ name, description: about })),
    },
    stripBasePath: false,
    convertConstToEnum: false,
    transform,
    transformObject,
  }
}

type Parts = Record<string, Record<string, unknown>>

/** Removes the shared parts without a reference, then those that only removed parts referred to. */
function withoutUnused<Document extends { components: Parts }>(document: Document): Document {
  const { securitySchemes = {}, ...parts } = document.components
  const text = JSON.stringify(document)
  const used = Object.fromEntries(
    Object.entries(parts).map(([kind, named]) => [
      kind,
      Object.fromEntries(
        Object.entries(named).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`)),
      ),
    ]),
  )
  const slim = { ...document, components: { securitySchemes, ...used } }
  return JSON.stringify(slim).length < text.length ? withoutUnused(slim) : slim
}

/**
 * The part of a route's schema that the framework's plugin documents: texts and parameters. Bodies and answers are made
 * here.
 */
function parametersOf(schema: FastifySchema = {}): FastifySchema {
  const { tags, summary, querystring, params, headers } = schema
  return {
    ...(tags && { tags }),
    ...(summary && { summary }),
    ...(querystring !== undefined && { querystring: spelledOut(querystring as object) }),
    ...(params !== undefined && { params: spelledOut(params as object) }),
    ...(headers !== undefined && { headers: spelledOut(headers as object) }),
  }
}

const sorted = (paths: Paths): Paths =>
  Object.fromEntries(Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1)))

function sharedParts(responses: SharedResponses): Parts {
  return {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
    parameters: {
      branch: {
        in: 'query',
        name: 'branch',
        description:
          'Owner and admin: the branch to work in; without it, all of the company. Staff have their own.',
        schema: { type: 'string', format: 'uuid' },
      },
      'Idempotency-Key': {
        in: 'header',
        name: 'Idempotency-Key',
        description:
          'Made by the client. The same key with the same request is carried out once, and answered alike.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
        example: '5f1c9e0a-6f1b-4d6e-9a54-0d5b8f7f2c11',
      },
      'If-Match': {
        in: 'header',
        name: 'If-Match',
        description: 'The `ETag` the change rests on; another version by now is answered with 412.',
        schema: text,
        example: 'W/"3"',
      },
    },
    headers: {
      ETag: header('The version of the object, for `If-Match`; where the answer is one versioned object.'),
      'Idempotency-Replayed': header('`true`: this is the answer of an earlier request with the same key.'),
      'Retry-After': header('Seconds to wait.', { type: 'integer' }),
      'WWW-Authenticate': header('`Bearer`'),
    },
    examples: errorExamples,
    responses: Object.fromEntries(responses),
    schemas: {
      ...errorSchemas,
      Warnings: spelledOut(Warnings),
      ...Object.fromEntries([...components].map(([schema, name]) => [name, spelledOut(schema)])),
    },
  }
}
