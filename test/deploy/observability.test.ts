import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { page, tableOf } from '../docs/pages.ts'
import { startApp } from '../support/app.ts'
import { program } from '../support/rig.ts'
import { repository } from '../support/repository.ts'

/** Dashboard and alert rules, against what the program really counts and with Prometheus's own tool. */

const run = promisify(execFile)
const folder = `${repository}observability/`
const read = (path: string) => readFile(`${folder}${path}`, 'utf8')

interface Rules {
  groups: { name: string; rules: { alert: string; expr: string; labels: { severity: string } }[] }[]
}
const { groups } = parse(await read('prometheus/alerts.yml')) as Rules
const rules = groups.flatMap((group) => group.rules)

interface Panel {
  title: string
  type: string
  targets?: { expr: string }[]
}
const { panels } = JSON.parse(await read('grafana/dashboards/cafe-realtime.json')) as { panels: Panel[] }

t.test('Prometheus takes configuration and rules, and each rule fires when it should', async (t) => {
  const cwd = `${folder}prometheus`
  const path = await program('promtool')
  const promtool = (...args: string[]) =>
    run(path, args, { cwd }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr)
    })
  t.match((await promtool('check', 'config', 'prometheus.yml')).stdout, 'SUCCESS')
  t.match((await promtool('test', 'rules', 'alerts.test.yml')).stdout, 'SUCCESS')
  const tried = await read('prometheus/alerts.test.yml')
  for (const { alert } of rules) {
    const blocks = tried.split(/alertname: /).filter((block) => block.startsWith(`${alert}\n`))
    t.ok(blocks.length > 0, `${alert} is made to fire`)
  }
})

t.test('whatever dashboard and rules ask for is there', async (t) => {
  const { app } = await startApp(t)
  await app.inject('/api/cafe/tables/')
  const { payload } = await app.inject('/metrics')
  const known = new Set([...payload.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name!))
  // those of every process; and those that belong to the folder of pictures
  const elsewhere =
    /^(up|process_\w+|nodejs_\w+|cafe_pictures_\w+|cafe_(log|idempotency|notifications)_clean_up\w+|cafe_\w+_trimmed_total)$/
  const documented = new Set(
    tableOf(await page('docs/metrics.md'), ['metric', 'type', 'meaning']).rows.map(([name]) =>
      name!.replaceAll('`', ''),
    ),
  )
  const expressions = [
    ...rules.map(({ alert, expr }) => [alert, expr] as const),
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ]
  t.ok(expressions.length > 40)
  for (const [where, expr] of expressions) {
    for (const [name] of expr.matchAll(/\b(cafe|process|nodejs)_[a-z0-9_]+\b/g)) {
      const base = name.replace(/_(bucket|count|sum)$/, '')
      t.ok(known.has(base) || elsewhere.test(base), `${where}: ${base} is counted`)
      if (base.startsWith('cafe_')) t.ok(documented.has(base), `${where}: ${base} is documented`)
    }
  }
})

t.test('docs/operations.md says of every alert what it means and what to do', async (t) => {
  const { rows } = tableOf(await page('docs/operations.md'), ['alert', 'how soon', 'it means', 'what to do'])
  t.same(
    rows.map(([name, severity]) => [name, severity]),
    rules.map(({ alert, labels }) => [`\`${alert}\``, labels.severity]),
  )
})
