import t from 'tap'
import type { Test } from 'tap'
import { lineOf } from '../../src/cli/remote/event-lines.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { bareEnvironment, startService } from '../support/process.ts'
import { rig } from '../support/rig.ts'
import { startChild } from '../support/services/child.ts'
import type { Child } from '../support/services/child.ts'
import { waitUntil } from '../support/wait.ts'

t.test('events and tail follow a running service', async (t) => {
  const env = {
    ...(await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })),
    PORT: `${await freePort()}`,
  }
  let service = await startService(t, env)
  const url = service.httpUrl
  const at = ['--url', url]
  const order = async () => {
    const { output } = await runHere('order', ['Ачичук', ...at], env)
    return Number(/^Order (\d+)/.exec(output)![1])
  }

  const shown = tail(t, at)
  await waitUntil(() => shown.output().includes('connection_established'), { what: 'the greeting is shown' })
  const first = await order()
  await shows(shown, first)

  await service.stop()
  await waitUntil(() => shown.output().includes('connecting again'), { what: 'the loss is told' })
  service = await startService(t, env)
  const second = await order()
  await shows(shown, second)
  t.equal(linesOf(shown, first).length, 1, 'what came before is not shown again')

  await t.test('a person reads lines, a program JSON', async (t) => {
    t.match(linesOf(shown, first)[0], /^\d\d:\d\d:\d\d +#\d+ {2}order_created +number=\d+ table_number=\d+ /)
    const program = tail(t, [...at, '--json', '--since', '0', '--group', 'tables'])
    const find = () => jsonIn(program.output()).filter(({ type }) => type === 'table_status_changed')
    await waitUntil(() => find().length === 2, { what: 'both events of tables' })
    t.match(find()[0], { replay: true, data: { status: 'busy' } })
  })

  await t.test('events: what the log holds, once, and the end', async (t) => {
    const { code, output } = await runHere('events', at, env)
    t.equal(code, 0)
    t.match(output.match(/order_created/g), { length: 2 })
    const position = String(jsonIn((await runHere('events', [...at, '--json'], env)).output)[0]!.seq)
    const rest = await runHere('events', [...at, '--json', '--since', position], env)
    t.match(jsonIn(rest.output)[0], { seq: Number(position) + 1 }, 'from a position on')
    await t.rejects(runHere('events', [...at, '--group', 'bar'], env), {
      message: /^the service answered 400: group/,
    })
  })
})

t.test('a message is one line', async (t) => {
  const message = {
    type: 'order_created',
    seq: 7,
    at: '2026-01-02T03:04:05.000Z',
    data: { order: { number: 3 } },
  }
  t.notMatch(lineOf(message, false), '\u001b')
  t.match(lineOf({ ...message, data: {} }, false), /#7 {2}order_created$/)
})

/** `tail` as a process of its own, which ends with the test. */
function tail(t: Test, args: readonly string[]): Child {
  const child = startChild(process.execPath, [rig().main, 'tail', ...args], { env: bareEnvironment() })
  t.teardown(() => child.stop())
  return child
}

function linesOf(child: Child, order: number): string[] {
  const lines = child.output().split('\n')
  return lines.filter((line) => line.includes('order_created') && line.includes(`number=${order} `))
}

function shows(child: Child, order: number): Promise<true> {
  const what = `order ${order} is shown`
  return waitUntil(() => linesOf(child, order).length > 0, { what, timeoutMs: 30_000 })
}

function jsonIn(output: string): { type: string; seq?: number }[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as { type: string; seq?: number })
}
