import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { eventData } from '../../src/cafe/events.ts'
import { catalogue, groups } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import { components } from '../../src/openapi/components.ts'
import { spelledOut } from '../../src/openapi/json-schema.ts'
import { startApp } from '../support/app.ts'
import type { AppOptions } from '../support/app.ts'
import { repository } from '../support/repository.ts'
import type { Teardown } from '../support/teardown.ts'

/** The folder of the client package with the types that are made from the service. */
export const generated = join(repository, 'packages/client/src/generated')

/**
 * The types of the client package by file name, made from the API document and the shapes of the events.
 * @param options of an app with any database that is migrated
 */
export async function clientTypes(t: Teardown, options: AppOptions): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'client-types-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const { app } = await startApp(t, { ...options, env: { REGISTRATION: 'true' } })
  const reply = await app.inject('/api/openapi.json')
  const { paths, components: shared, ...document } = reply.json<Document>()
  const schemas = {
    ...Object.fromEntries([...components].map(([schema, name]) => [name, spelledOut(schema)])),
    ...shared.schemas,
    ...Object.fromEntries(types.map((type) => [shapeOf(type), spelledOut(eventData[type])])),
  }
  const { parameters } = shared
  const slim = { ...document, paths: withoutErrors(paths), components: { schemas, parameters } }
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(slim, withoutExamples))
  await promisify(execFile)(process.execPath, [
    generator(),
    join(folder, 'openapi.json'),
    '--output',
    join(folder, 'api.ts'),
    '--alphabetize',
    '--default-non-nullable',
    'false',
  ])
  const api = await readFile(join(folder, 'api.ts'), 'utf8')
  return { 'api.ts': api.replaceAll(empty, ''), 'events.ts': events() }
}

/** What the generator says of things that are not there. */
const empty =
  /^ +(?:\w+\?: never;|headers: \{\n.*unknown;\n +\};|parameters: \{\n(?: +\w+\?: never;\n)+ +\};)\n/gm

const withoutExamples = (key: string, value: unknown): unknown =>
  ['example', 'examples'].includes(key) ? undefined : value

interface Operation {
  description?: string
  responses: Record<string, { headers?: object }>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object; parameters: object }
}

/** Only what succeeds, since every error is a `CafeError`, and no other names for older clients. */
function withoutErrors(paths: Document['paths']): object {
  const shown = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).flatMap(([method, { responses, description, ...operation }]) => {
        if (description?.includes('Another name of')) return []
        const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'))
        const bare = successes.map(([status, { headers: _, ...response }]) => [status, response])
        return [[method, { ...operation, responses: Object.fromEntries(bare) }]]
      }),
    ),
  ])
  return Object.fromEntries(shown.filter(([, operations]) => Object.keys(operations!).length > 0))
}

const types = Object.keys(catalogue) as (keyof typeof catalogue)[]

/** `order_created` is `OrderCreatedData`. */
const shapeOf = (type: string): string =>
  `${type.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Data`

/** The program of the package, which has a TypeScript of its own: the generator does not work with that of the service. */
function generator(): string {
  const ofClient = createRequire(join(repository, 'packages/client/package.json'))
  return join(dirname(ofClient.resolve('openapi-typescript/package.json')), 'bin/cli.js')
}

function events(): string {
  const told = (group: Group) => types.filter((type) => (catalogue[type] & groups[group]) !== 0)
  return [
    '/** Written by `npm run client:types`. */',
    '',
    "import type { components } from './api.ts'",
    '',
    "type Shapes = components['schemas']",
    '',
    '/** What an event carries, by its type. */',
    'export interface EventData {',
    ...types.map((type) => `  readonly ${type}: Shapes['${shapeOf(type)}']`),
    '}',
    '',
    'export type EventType = keyof EventData',
    '',
    '/** Which events a group is told. */',
    'export interface GroupEvents {',
    ...(Object.keys(groups) as Group[]).flatMap((group) => [
      `  readonly ${group}:`,
      ...told(group).map((type) => `    | '${type}'`),
    ]),
    '}',
    '',
  ].join('\n')
}
