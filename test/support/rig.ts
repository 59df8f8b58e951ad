import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ProgramName } from './services/programs.ts'

/** What `npm test` has prepared for the test files. */
export interface Rig {
  /** The compiled service: its main.js. */
  main: string
  /** Temporary folder, removed at the end of the run. */
  folder: string
  /** Where the run listens for what tests want: path of a socket. Not in programs that bring their own. */
  provider?: string
}

/** Where the provider of a run listens. */
export const providerSocket = (folder: string): string => join(folder, 'provider')

/** What a database holds: the schema alone, or the demo café as well. */
export type Content = 'empty' | 'demo'

/** What is made for the first test of a run that wants it, and is there for all others. */
export type Wanted =
  | 'postgresql'
  | 'redis'
  | `program/${ProgramName}`
  | `template/${'embedded' | 'postgresql'}/${Content}`

/** Environment variable by which test files get the rig. */
export const rigVariable = 'CAFE_TEST_RIG'

/** The rig of this run. Test files run only under `npm test`. */
export function rig(): Rig {
  const json = process.env[rigVariable]
  if (!json) throw new Error('run tests by `npm test` or `npm test -- test/some.test.ts`')
  return JSON.parse(json) as Rig
}

/** URL of the maintenance database of a PostgreSQL server where databases may be created. */
export const postgresUrl = (): Promise<string> => get('postgresql')

/** URL of a Redis shared by all test files; each service started on it takes its own REDIS_PREFIX. */
export const redisUrl = (): Promise<string> => get('redis')

/** Path of a program; a test that wants one which is not installed fails with what to install. */
export const program = (name: ProgramName): Promise<string> => get(`program/${name}`)

/** A database to copy: the name of a PostgreSQL database, or an embedded data folder. */
export const template = (kind: 'embedded' | 'postgresql', content: Content): Promise<string> =>
  get(`template/${kind}/${content}`)

const got = new Map<Wanted, Promise<string>>()

function get(wanted: Wanted): Promise<string> {
  const promise = got.get(wanted) ?? ask(wanted)
  got.set(wanted, promise)
  return promise
}

function ask(wanted: Wanted): Promise<string> {
  const { provider } = rig()
  if (!provider) throw new Error(`only tests have a ${wanted}`)
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: provider, path: `/${wanted}`, agent: false }, (answer) => {
      text(answer).then((body) => {
        if (answer.statusCode === 200) resolve(body)
        else reject(new Error(body))
      }, reject)
    })
    asked.once('error', reject).end()
  })
}
