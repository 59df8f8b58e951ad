import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { basename, dirname, extname, join } from 'node:path'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { permissions } from '../../src/accounts/permissions.ts'
import { errorCodes } from '../../src/http/errors.ts'
import { components, isShape } from '../../src/openapi/components.ts'
import { documentOptions } from '../../src/openapi/document.ts'
import { documentOf, documentPath, responseAt, validatorAt } from '../support/answers.ts'
import type { ApiDocument, ApiOperation } from '../support/answers.ts'
import { startApp } from '../support/app.ts'

/** Routes that are pages and files for people, not part of the API. */
const pages = [
  /^\/$/,
  /^\/api\/asyncapi\.json$/,
  /^\/[\w-]+\.(css|js|svg)$/,
  /^\/api\/docs/,
  /^\/api\/openapi\.json$/,
]

t.test('the API document', async (t) => {
  const cafe = await startApp(t, { env: { REGISTRATION: 'true' } })
  const reply = await cafe.withToken().get<ApiDocument & { openapi: string }>('/api/openapi.json')
  const document = reply.body
  const text = JSON.stringify(document)
  const routes = cafe.app.declaredRoutes.filter(
    ({ method, url }) => method !== 'HEAD' && !pages.some((page) => page.test(url)),
  )
  const operations = routes.map((route) => ({
    ...route,
    key: `${route.method} ${route.url}`,
    path: documentPath(route.url),
    name: route.method.toLowerCase(),
    operation: document.paths[documentPath(route.url)]?.[route.method.toLowerCase()],
  }))

  t.test('is valid OpenAPI 3.1', async (t) => {
    t.equal(reply.status, 200)
    t.equal(document.openapi, '3.1.0')
    const { valid, errors } = await new Validator().validate(
      structuredClone<object>(document) as Record<string, unknown>,
    )
    t.ok(valid, JSON.stringify(errors))
  })

  t.test('passes the recommended rules of Redocly', async (t) => {
    // clients know the paths with their final slash
    const config = await createConfig({
      extends: ['recommended'],
      rules: { 'no-path-trailing-slash': 'off' },
    })
    for (const query of ['', '?lang=ru']) {
      const { body } = await cafe.app.inject({ url: `/api/openapi.json${query}` })
      const found = await lintFromString({ source: body, absoluteRef: 'openapi.json', config })
      // a socket answers with 101
      const faults = found.filter(
        ({ ruleId, location }) =>
          !(ruleId === 'operation-2xx-response' && location[0]?.pointer?.startsWith('#/paths/~1ws~1')),
      )
      t.same(
        faults.map(({ ruleId, message }) => `${ruleId}: ${message}`),
        [],
      )
    }
  })

  t.test('tells of every route: what it does, who may call it, what it answers', async (t) => {
    t.ok(operations.length > 80)
    for (const { key, schema, access, operation } of operations) {
      if (!operation) {
        t.fail(`${key} is not in the document: a route of the API has no \`hide\` in its schema`)
        continue
      }
      const { summary, tags, security } = operation as Record<string, unknown>
      t.ok(summary, `${key}: give its schema a \`summary\``)
      t.ok((tags as unknown[] | undefined)?.length, `${key}: give its schema \`tags\``)
      const roles = access === 'public' || access === 'signed-in' ? [access] : permissions[access]
      t.same(operation['x-roles'], roles, `${key}: roles`)
      t.same(security, access === 'public' ? [] : [{ bearer: [] }], `${key}: security`)
      const answers = Object.keys(operation.responses).filter((status) => status < '400')
      t.ok(
        answers.length > 0 || operation.responses[426],
        `${key}: give its schema a \`response\` with the shape of each status, Type.Null() for 204`,
      )
      if (schema.body) t.ok(operation.requestBody, `${key}: body`)
    }
  })

  t.test('tells of nothing else', (t) => {
    const known = new Set(operations.map(({ path, name }) => `${name} ${path}`))
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    t.same(
      all.filter((one) => !known.has(one)),
      [],
    )
    t.end()
  })

  t.test('names the errors that follow from how a route is declared', (t) => {
    for (const { key, method, access, name, path, operation } of operations) {
      const codes = codesIn(document, path, name)
      // a probe has a 503 of its own
      const unavailable = operation?.responses[503]?.$ref ? ['unavailable'] : []
      const expected = [
        'internal',
        ...unavailable,
        ...(access === 'public' ? [] : ['not_authenticated', 'token_not_valid']),
        ...(access === 'public' || access === 'signed-in' ? [] : ['permission_denied', 'no_company']),
        ...(path.startsWith('/api/cafe/') ? ['no_branch'] : []),
        ...(path.includes('{') ? ['not_found'] : []),
        ...(method === 'GET' ? [] : ['broken_json', 'payload_too_large', 'unsupported_media_type']),
      ]
      t.same(
        expected.filter((code) => !codes.includes(code)),
        [],
        key,
      )
    }
    t.end()
  })

  t.test('every POST that takes an Idempotency-Key, and every change that takes If-Match, says so', (t) => {
    const names = (operation: ApiOperation | undefined) =>
      ((operation?.parameters ?? []) as { $ref?: string }[]).map(({ $ref }) => $ref?.split('/').at(-1))
    for (const { key, method, access, path, name, operation } of operations) {
      const codes = codesIn(document, path, name)
      const repeatable = method === 'POST' && access !== 'public' && codes.includes('idempotency_key_reused')
      t.equal(names(operation).includes('Idempotency-Key'), repeatable, key)
      t.equal(names(operation).includes('If-Match'), codes.includes('version_conflict'), key)
    }
    t.end()
  })

  t.test('every example has the shape it is an example of', (t) => {
    for (const { key, path, name, operation } of operations) {
      if (!operation) continue
      const here = ['paths', path, name]
      const holds = (place: readonly string[], example: unknown, what: string) => {
        const validate = validatorAt(document, [...place, 'schema'])
        t.ok(
          validate(example),
          `${key} ${what}: ${JSON.stringify(example)}: ${JSON.stringify(validate.errors)}; give the schema \`examples\``,
        )
      }
      const { requestBody } = operation as {
        requestBody?: { content: Record<string, { example?: unknown }> }
      }
      for (const [type, { example }] of Object.entries(requestBody?.content ?? {})) {
        holds([...here, 'requestBody', 'content', type], example, 'request')
      }
      for (const status of Object.keys(operation.responses)) {
        const { response, place } = responseAt(document, path, name, status)!
        for (const [type, { example, examples = {} }] of Object.entries(response.content ?? {})) {
          const values = [
            ...(example === undefined ? [] : [example]),
            ...Object.keys(examples).map((one) => exampleNamed(document, one)),
          ]
          t.ok(values.length > 0, `${key} ${status}: has an example`)
          for (const value of values) holds([...place, 'content', type], value, status)
        }
      }
    }
    t.end()
  })

  t.test('older names of a path say which one they stand for', (t) => {
    const login = document.paths['/api/auth/login/']!.post!
    t.equal(login['x-alias-of'], '/api/users/login/')
    t.match(login.description, /Another name of/)
    t.notOk('x-alias-of' in document.paths['/api/users/login/']!.post!)
    t.end()
  })

  t.test('sockets are in it, with how to open one and what a plain request gets', (t) => {
    for (const group of ['orders', 'tables', 'kitchen']) {
      const { responses, description } = document.paths[`/ws/cafe/${group}/`]!.get!
      t.ok(responses[101] && responses[426], group)
      t.match(description, /docs\/realtime\.md/)
    }
    t.end()
  })

  t.test('every error code of the table is explained, with an example where a route answers with it', (t) => {
    const { description } = (document as unknown as { info: { description: string } }).info
    for (const code of Object.keys(errorCodes))
      if (!description.includes(`\`${code}\``)) t.match(exampleNamed(document, code), { code })
    t.end()
  })

  t.test('nothing shared stands in it that is not used', (t) => {
    const { securitySchemes, ...parts } = document.components as unknown as Record<string, object>
    t.same(Object.keys(securitySchemes!), ['bearer'])
    for (const [kind, named] of Object.entries(parts))
      for (const name of Object.keys(named))
        t.ok(text.includes(`"#/components/${kind}/${name}"`), `${kind} ${name}`)
    t.end()
  })

  t.test('says where the service is, and what its groups of operations are about', async (t) => {
    type Top = { servers: { url: string }[]; tags: { name: string; description: string }[] }
    const { servers, tags } = document as unknown as Top
    t.same(servers, [{ url: '/' }])
    const used = new Set(operations.flatMap(({ operation }) => operation?.tags as string[]))
    t.same(tags.map(({ name }) => name).sort(), [...used].sort())
    for (const { description } of tags) t.match(description, /^[A-Z].*\.$/)
    const other = documentOptions('1', 'https://api.cafe.kg') as unknown as { openapi: Top }
    t.same(other.openapi.servers, [{ url: 'https://api.cafe.kg' }, { url: '/' }])
  })

  t.test('an example of an open order is that of an open order', (t) => {
    const { example } =
      document.paths['/api/cafe/orders/{id}/']!.get!.responses[200]!.content!['application/json']!
    t.match(example, { status: 'open', is_paid: false, paid_at: null, closed_at: null, canceled_at: null })
    t.match(example, {
      items: [{ quantity: 2, tasks: { pending: 1, in_progress: 0, ready: 1, cancelled: 0 } }],
    })
    const { requestBody } = document.paths['/api/cafe/orders/']!.post as unknown as {
      requestBody: { content: Record<string, { example: object }> }
    }
    t.match(requestBody.content['application/json']!.example, { guests: 2, items: [{ quantity: 2 }] })
    t.end()
  })

  t.test('every shape that a schema file exports stands in it once, by name', async (t) => {
    for (const file of schemaFiles()) {
      const exported = (await import(file)) as Record<string, object>
      for (const [name, schema] of Object.entries(exported)) {
        if (isShape(schema)) {
          t.ok(components.has(schema), `${name} of ${file}: add its module to src/openapi/components.ts`)
        }
      }
    }
    t.equal(new Set(components.values()).size, components.size, 'no two shapes have one name')
  })

  t.equal(documentOf(cafe.app), documentOf(cafe.app), 'it is made once')
})

function codesIn(document: ApiDocument, path: string, method: string): string[] {
  const statuses = Object.keys(document.paths[path]?.[method]?.responses ?? {})
  return statuses.flatMap((status) =>
    Object.values(responseAt(document, path, method, status)!.response.content ?? {}).flatMap(
      ({ examples = {} }) => Object.keys(examples),
    ),
  )
}

function exampleNamed(document: ApiDocument, name: string): unknown {
  const { examples } = document.components as unknown as { examples: Record<string, { value: unknown }> }
  return examples[name]!.value
}

function schemaFiles(): string[] {
  const root = fileURLToPath(new URL('../../src', import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file, extname(import.meta.url)) === 'schema' && dirname(file) !== 'db')
    .map((file) => join(root, file))
}
