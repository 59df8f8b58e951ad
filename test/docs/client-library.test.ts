import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'
import type { Test } from 'tap'
import { installedClient, lend } from '../client/package.ts'
import { startApp } from '../support/app.ts'
import { startBrowser } from '../support/browser.ts'
import { repository } from '../support/repository.ts'
import { program } from '../support/rig.ts'
import { startChild } from '../support/services/child.ts'
import { startSite } from '../support/site.ts'
import { waitUntil } from '../support/wait.ts'
import { codeOf, page } from './pages.ts'

/** The three starts of docs/client.md, as they stand there. */

const guide = await page('docs/client.md')
const chromium = await program('chromium').catch((error: Error) => error)
const skip = chromium instanceof Error && `no Chromium was found: ${chromium.message}`

/** The service of an example, which is told where it is. */
async function start(t: Test, code: string, env: Record<string, string> = {}) {
  const cafe = await startApp(t, { kind: 'embedded', env })
  const { httpUrl } = await cafe.listen()
  t.match(code, 'http://localhost:8000')
  return { cafe, code: code.replaceAll('http://localhost:8000', httpUrl) }
}

t.test('the script in Node.js tells of a new order', async (t) => {
  const project = await installedClient()
  await lend(project, ['ws'])
  const { cafe, code } = await start(t, codeOf(guide, 'js', "from 'ws'"))
  await writeFile(join(project, 'script.js'), code)
  const child = startChild(process.execPath, ['script.js'], { cwd: project })
  t.teardown(() => child.stop())
  const says = (text: RegExp) =>
    waitUntil(
      () => {
        if (!child.running) throw new Error(`it ended:\n${child.output()}`)
        return text.test(child.output())
      },
      { what: String(text), timeoutMs: 30_000 },
    )
  await says(/^live/m)
  const { body } = await cafe.as('waiter1').post('/api/cafe/orders/', {})
  await says(new RegExp(`^order ${String(body['number'])} 0\\.00$`, 'm'))
})

for (const { name, language, holding } of [
  { name: 'the page without a build', language: 'html', holding: '/client.js' },
  { name: 'the page in React', language: 'jsx', holding: 'BranchProvider' },
])
  t.test(`${name} shows a new order`, { skip }, async (t: Test) => {
    const { origin, pages } = await startSite(t)
    const { cafe, code } = await start(t, codeOf(guide, language, holding), { CORS_ORIGINS: origin })
    if (language === 'html') pages.set('/', ['text/html', code])
    else {
      pages.set('/', [
        'text/html',
        '<!doctype html><body></body><script type="module" src="/app.js"></script>',
      ])
      pages.set('/app.js', ['text/javascript', await bundled(code)])
    }
    const tab = await (await startBrowser(t, chromium as string)).open(origin)
    const texts = () =>
      tab.evaluate<string[]>(`[...document.querySelectorAll('li')].map((item) => item.textContent)`)
    const { body } = await cafe.as('waiter1').post('/api/cafe/orders/', {})
    const wanted = `${String(body['number'])}: 0.00`
    await waitUntil(async () => (await texts()).some((text) => text.startsWith(wanted)), {
      what: wanted,
      timeoutMs: 30_000,
    })
    if (language === 'html') return
    await tab.evaluate(`document.querySelector('button').click()`)
    await waitUntil(async () => (await texts()).length === 0, { what: 'it is closed', timeoutMs: 30_000 })
  })

/** As the tools of an application do it. */
async function bundled(code: string): Promise<string> {
  const source = (path: string) => `${repository}packages/client/src/${path}.ts`
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: repository, loader: 'jsx' },
    alias: Object.fromEntries(
      ['cafe', 'live', 'react'].map((name) => [`@cafe-realtime/client/${name}`, source(name)]),
    ),
    jsx: 'automatic',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles[0]!.text
}
