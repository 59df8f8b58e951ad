import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Test } from 'tap'
import { serviceOf } from '../cafe/service.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { page } from './pages.ts'

/** The Postman collection, run from top to bottom with its environment against the service. */

interface Item {
  name: string
  item?: Item[]
  event?: { listen: string; script: { exec: string[] } }[]
  request?: {
    method: string
    auth?: Auth
    header: { key: string; value: string }[]
    body?: { mode: string; raw: string }
    url: { raw: string; host: string[]; path: string[]; query?: { key: string; value: string }[] }
  }
}
interface Auth {
  type: 'noauth' | 'bearer'
  bearer?: { key: string; value: string }[]
}
interface Collection {
  info: { schema: string; description: string }
  auth: Auth
  item: Item[]
}
interface Environment {
  values: { key: string; value: string }[]
}
interface Answer {
  status: number
  text: string
}

const read = async <T>(path: string) => JSON.parse((await page(path)).text) as T
const collection = await read<Collection>('postman/cafe-realtime.postman_collection.json')
const environment = await read<Environment>('postman/localhost.postman_environment.json')

t.test('the collection is one of format v2.1, and tells where the sockets are', async (t) => {
  t.equal(collection.info.schema, 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json')
  for (const group of ['orders', 'tables', 'kitchen']) {
    t.match(collection.info.description, `{{ws_url}}/ws/cafe/${group}/?token=`)
  }
})

t.test('every request does what its tests say, however often and whatever else is there', async (t) => {
  const cafe = await startApp(t, { kind: 'embedded' })
  const { httpUrl } = await cafe.listen()
  await t.test('the first time', (t) => runCollection(t, httpUrl))
  await t.test('the second time', (t) => runCollection(t, httpUrl))
  await occupyAllTables(cafe)
  await t.test('with no free table, and dishes that nobody has fetched', (t) => runCollection(t, httpUrl))
})

async function runCollection(t: Test, httpUrl: string): Promise<void> {
  const variables = new Map(environment.values.map(({ key, value }) => [key, value]))
  variables.set('base_url', httpUrl)
  for (const folder of collection.item) {
    await t.test(folder.name, async (t) => {
      for (const item of folder.item!) {
        await t.test(item.name, async (t) => runTests(t, item, variables, await send(t, item, variables)))
      }
    })
  }
}

/** As after the walk of the README, at every table: two portions, one of them ready. */
async function occupyAllTables(cafe: TestApp): Promise<void> {
  const [waiter, cook] = [cafe.as('waiter1'), cafe.as('cook1')]
  const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
  for (const table of tables) {
    const items = [{ menu_item: dishes[0]!.id, quantity: 2 }]
    const { id } = await order({ table: table.id, items })
    const [task] = await tasksOf(id)
    await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
  }
  const free = await waiter.get<{ count: number }>('/api/cafe/tables/?status=free')
  if (free.body.count > 0) throw new Error(`${free.body.count} tables are free`)
}

async function send(t: Test, { request }: Item, variables: Map<string, string>): Promise<Answer> {
  const fill = (text: string) =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = variables.get(name)
      if (!value) t.fail(`{{${name}}} has no value yet`)
      return value ?? ''
    })
  const { method, header, body, url, auth = collection.auth } = request!
  const query = url.query?.map(({ key, value }) => `${key}=${value}`).join('&')
  t.equal(url.raw, `${url.host.join()}/${url.path.join('/')}${query ? `?${query}` : ''}`)
  const headers = new Headers(header.map(({ key, value }) => [key, value]))
  const [bearer] = auth.bearer ?? []
  if (auth.type === 'bearer') headers.set('authorization', `Bearer ${fill(bearer!.value)}`)
  const reply = await fetch(fill(url.raw), { method, headers, ...(body && { body: fill(body.raw) }) })
  return { status: reply.status, text: await reply.text() }
}

/** Runs the tests of a request in what of Postman's sandbox they use. */
function runTests(t: Test, { event }: Item, variables: Map<string, string>, answer: Answer): void {
  const pm = {
    environment: {
      set(name: string, value: unknown) {
        t.ok(variables.has(name), `${name} is a variable of the environment`)
        variables.set(name, String(value))
      },
      get: (name: string) => variables.get(name),
    },
    response: {
      json: () => JSON.parse(answer.text) as unknown,
      to: { have: { status: (status: number) => t.equal(answer.status, status, answer.text) } },
    },
    test: (_name: string, check: () => void) => check(),
    expect: (found: unknown) => ({ to: { eql: (wanted: unknown) => t.same(found, wanted) } }),
  }
  const scripts = event!.filter(({ listen }) => listen === 'test')
  t.equal(scripts.length, 1, 'a request has tests')
  for (const { script } of scripts) runInNewContext(script.exec.join('\n'), { pm })
}
