import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { numbers, startSocketCafe } from '../realtime/cafe.ts'
import { startBrowser } from '../support/browser.ts'
import type { Message } from '../support/inbox.ts'
import { program } from '../support/rig.ts'
import { servePage } from '../support/site.ts'
import { waitUntil } from '../support/wait.ts'
import { codeOf, page } from './pages.ts'

/** The examples of docs/realtime.md for clients without sockets, as they stand there. */

const run = promisify(execFile)

t.test('the commands of docs/realtime.md poll and stream the events of a waiter', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded' })
  const text = await page('docs/realtime.md')
  const local = 'http://localhost:8000'
  const poll = codeOf(text, 'sh', 'wait=30')
  t.ok(poll.includes(local))
  const shell = async (script: string) => (await run('bash', ['-euc', script])).stdout
  const polled = shell(poll.replace(local, cafe.httpUrl))
  await waitUntil(
    async () => /cafe_polls_waiting\{group="orders"\} 1\n/.test((await cafe.app.inject('/metrics')).payload),
    { what: 'the last command waits', timeoutMs: 20_000 },
  )
  const { body: order } = await cafe.as('waiter1').post<{ id: string }>('/api/cafe/orders/', {})
  t.match(JSON.parse(await polled), {
    events: [{ type: 'order_created', data: { order: { id: order.id } } }],
  })

  const stream = codeOf(text, 'sh', 'curl -sN')
    .trim()
    .replace('curl -sN', 'curl -sN --max-time 2')
    .replace('group=orders', 'group=orders&since=0')
  const given = `BASE=${cafe.httpUrl}; AUTH="Authorization: Bearer ${await cafe.tokenOf('waiter1')}"`
  const streamed = await shell(`${given}\n${stream} || [ $? = 28 ]`)
  t.match(streamed, /^retry: \d+\n\nid: \w+:0\nevent: connection_established\ndata: \{/)
  t.match(streamed, /\n\nid: \w+:1\nevent: order_created\ndata: \{"type":"order_created","seq":1,.*\}\n\n/)
})

const chromium = await program('chromium').catch((error: Error) => error)

t.test(
  'the client of docs/realtime.md with the EventSource of a browser misses nothing',
  { skip: chromium instanceof Error && `no Chromium was found: ${chromium.message}` },
  async (t) => {
    const code = codeOf(await page('docs/realtime.md'), 'js', 'export function listen')
    const origin = await servePage(t, `<script type="module">${code}\nglobalThis.listen = listen</script>`)
    const cafe = await startSocketCafe(t, { kind: 'embedded', env: { CORS_ORIGINS: origin } })
    const tab = await (await startBrowser(t, chromium as string)).open(origin)
    const url = `${cafe.httpUrl}/api/cafe/events/stream/?group=orders`
    const token = await cafe.tokenOf('waiter1')
    const open = (from = '') =>
      tab.evaluate(`globalThis.got = [], globalThis.client = listen(${JSON.stringify(url)}, {
        token: async () => ${JSON.stringify(token)}, onMessage: (one) => got.push(one), from: ${JSON.stringify(from)}
      }), null`)
    const got = () => tab.evaluate<Message[]>('got')
    const greeted = async () => (await got()).filter(({ type }) => type === 'connection_established').length
    const seqs = async () => (await got()).flatMap(({ id, seq }) => (id === undefined ? [] : [seq]))
    await open()
    await waitUntil(async () => (await greeted()) === 1, { what: 'the greeting' })
    const order = () => cafe.as('waiter1').post('/api/cafe/orders/', {})
    await order()
    await waitUntil(async () => (await seqs()).length === 1, { what: 'the first order' })
    const [first] = (await seqs()) as [number]
    // as a proxy that restarts: the connection is cut, and a used ticket opens no other
    cafe.app.server.closeAllConnections()
    await order()
    await waitUntil(async () => (await seqs()).length === 2, { what: 'it came back', timeoutMs: 20_000 })
    t.equal(await greeted(), 2)
    const position = await tab.evaluate<string>('client.stop(), client.position()')
    await order()
    await open(position)
    await waitUntil(async () => (await seqs()).length === 1, { what: 'a reload goes on' })
    t.same([first, first + 1, ...(await seqs())], numbers(first, first + 2))
  },
)
