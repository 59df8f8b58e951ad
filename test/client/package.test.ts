import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { repository } from '../support/repository.ts'
import { installedClient, lend } from './package.ts'

/** The package as it is published, in an empty project. */

const run = promisify(execFile)
const compilers = ['node_modules', 'packages/client/node_modules'].map(
  (folder) => `${repository}${folder}/typescript/bin/tsc`,
)

const script = `
import { connect, webStorage, ConnectionClosedError } from '@cafe-realtime/client'
import { createCafe, createSession, CafeError } from '@cafe-realtime/client/cafe'
import { liveBranch, indexedDbCommands } from '@cafe-realtime/client/live'
import { useTables, useOrder, useOrders, useKitchen, useStatus, useEvent } from '@cafe-realtime/client/react'
const all = [connect, webStorage, ConnectionClosedError, createCafe, createSession, CafeError, liveBranch, indexedDbCommands,
  useTables, useOrder, useOrders, useKitchen, useStatus, useEvent]
console.log(all.every((one) => typeof one === 'function'))
`

const typed = `
import { connect } from '@cafe-realtime/client'
import type { CafeEvent, Status } from '@cafe-realtime/client'
import { createCafe, CafeError } from '@cafe-realtime/client/cafe'
import { liveBranch } from '@cafe-realtime/client/live'

const getToken = async () => 'token'
export async function watch(): Promise<void> {
  const connection = connect({ url: 'http://localhost:8000', group: 'orders', getToken })
  connection.on('order_created', ({ data }) => data.order.total_amount.toUpperCase())
  connection.on('status', (status: Status) => status.state === 'live')
  // @ts-expect-error: the group is not told of it
  connection.on('kitchen_task_created', () => {})
  for await (const event of connection) {
    // @ts-expect-error: only after a look at the type
    event.data
    if (event.type === 'order_created') event.data.order.items[0]?.quantity.toFixed()
    if (event.type === 'table_status_changed') event.data.table.places.toFixed()
    if (event.type === 'resync') event.reason.toUpperCase()
    // @ts-expect-error: no such event
    if (event.type === 'order_eaten') return
  }
}
export const ready = (event: CafeEvent<'kitchen_task_ready'>): number => event.data.task.unit_index

export async function order(): Promise<string> {
  const cafe = createCafe({ url: 'http://localhost:8000', getToken })
  const { results } = await cafe.get('/api/cafe/tables/', { query: { status: 'free' } })
  const made = await cafe.post('/api/cafe/orders/', { body: { table: results[0]?.id ?? null, guests: 2 } })
  // @ts-expect-error: the path names an order
  await cafe.get('/api/cafe/orders/{id}/')
  // @ts-expect-error: no such field
  await cafe.post('/api/cafe/orders/', { body: { gests: 2 } })
  // @ts-expect-error: no such path
  await cafe.get('/api/cafe/ordres/')
  const branch = liveBranch(cafe)
  await branch.send('patch', '/api/cafe/orders/{id}/', { path: { id: made.id }, body: { status: 'closed' } })
  const [table] = branch.getSnapshot().tables.values()
  try {
    return table?.status ?? made.final_amount
  } catch (error) {
    return error instanceof CafeError ? error.code : ''
  }
}
`

const inReact = `
import { createElement } from 'react'
import type { LiveBranch } from '@cafe-realtime/client/live'
import { BranchProvider, useEvent, useOrder, useTables } from '@cafe-realtime/client/react'

function Tables() {
  const order = useOrder('id')
  useEvent('order_created', ({ data }) => data.order.number.toFixed())
  return createElement('p', null, useTables().length, order?.final_amount)
}
export const app = (branch: LiveBranch) => createElement(BranchProvider, { branch }, createElement(Tables))
`

const inNode = `
import WebSocket from 'ws'
import { connect, webStorage } from '@cafe-realtime/client'
export const connection = connect({ url: 'http://localhost:8000', group: 'kitchen', token: 't', WebSocket, storage: new Map<string, string>() })
export const storage = webStorage({ getItem: () => null, setItem: () => {} })
`

const project = await installedClient()

t.test('what is published has what is needed and nothing else', async (t) => {
  const place = join(project, 'node_modules/@cafe-realtime/client')
  t.strictSame((await readdir(place)).sort(), ['LICENSE', 'README.md', 'dist', 'package.json', 'src'])
  t.strictSame(
    await readdir(join(project, 'node_modules')).then((names) =>
      names.filter((name) => !name.startsWith('.')),
    ),
    ['@cafe-realtime'],
  )
})

t.test('it is imported by this Node.js, and the core without React', async (t) => {
  await lend(project, ['react'])
  await writeFile(join(project, 'script.js'), script)
  const { stdout } = await run(process.execPath, ['script.js'], { cwd: project })
  t.equal(stdout.trim(), 'true')
})

t.test('its types hold, for pages and for programs, in either way of resolving', async (t) => {
  const beside = [
    '@types/react',
    'csstype',
    '@types/prop-types',
    'ws',
    '@types/ws',
    '@types/node',
    'undici-types',
  ]
  await lend(project, beside)
  const files = { 'typed.ts': typed, 'in-react.ts': inReact, 'in-node.ts': inNode }
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text)
  const strict = { strict: true, noEmit: true, target: 'es2022', noUncheckedIndexedAccess: true }
  const kinds = {
    page: { lib: ['es2022', 'dom', 'dom.iterable'], types: [], files: ['typed.ts', 'in-react.ts'] },
    program: { lib: ['es2022'], types: ['node'], files: ['typed.ts', 'in-node.ts'] },
  }
  const ways = {
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
    bundler: { module: 'esnext', moduleResolution: 'bundler' },
  }
  for (const [kind, { files, ...environment }] of Object.entries(kinds))
    for (const [way, resolution] of Object.entries(ways)) {
      const compilerOptions = { ...strict, ...environment, ...resolution }
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
      for (const compiler of compilers) {
        const { stdout } = await run(process.execPath, [compiler, '-p', '.'], { cwd: project }).catch(
          (error: { stdout: string }) => error,
        )
        t.equal(stdout, '', `${kind}, ${way}, ${compiler.replace(repository, '')}`)
      }
    }
})
