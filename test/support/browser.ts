import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { rig } from './rig.ts'
import type { Teardown } from './teardown.ts'

/** A page in a real browser. */
interface Page {
  /** The value of an expression in the page, once it has settled. */
  evaluate<T>(expression: string): Promise<T>
  /** Ends it as a person closes a tab. */
  close(): Promise<void>
}

interface Browser {
  /** Resolves when the page has loaded. */
  open(url: string): Promise<Page>
}

/** Or an event, which has a method and no id. */
interface Answer {
  id?: number
  method?: string
  sessionId?: string
  result?: unknown
  error?: { message: string }
}

const options = [
  '--headless=new',
  '--no-sandbox',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-renderer-backgrounding',
  '--remote-debugging-port=0',
]

/**
 * A Chromium without a screen, driven over its DevTools protocol; ends with the test.
 * @param path of the program
 */
export async function startBrowser(t: Teardown, path: string): Promise<Browser> {
  const profile = await mkdtemp(join(rig().folder, 'chromium-'))
  const args = [...options, `--user-data-dir=${profile}`, 'about:blank']
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  const address = new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [, url] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
      if (url) resolve(url)
    })
    child.on('close', () => reject(new Error(`${path} ended: ${said}`)))
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const devTools = new WebSocket(await address, { perMessageDeflate: false })
  t.teardown(() => devTools.terminate())
  await once(devTools, 'open')

  const asked = new Map<number, (answer: Answer) => void>()
  const loading = new Map<string, () => void>()
  devTools.on('message', (data: Buffer) => {
    const { method, sessionId, ...answer } = JSON.parse(data.toString()) as Answer
    if (answer.id !== undefined) asked.get(answer.id)?.(answer)
    if (method === 'Page.loadEventFired') loading.get(sessionId!)?.()
  })
  let ids = 0
  const ask = <T>(method: string, params: object, sessionId?: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++ids
      asked.set(id, ({ result, error }) => {
        asked.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result as T)
      })
      devTools.send(JSON.stringify({ id, method, params, sessionId }))
    })

  return {
    async open(url) {
      const { targetId } = await ask<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
      const target = { targetId, flatten: true }
      const { sessionId } = await ask<{ sessionId: string }>('Target.attachToTarget', target)
      await ask('Page.enable', {}, sessionId)
      const loaded = new Promise<void>((resolve) => loading.set(sessionId, resolve))
      await ask('Page.navigate', { url }, sessionId)
      await loaded
      return {
        async evaluate<T>(expression: string) {
          const { result, exceptionDetails } = await ask<{
            result: { value: T }
            exceptionDetails?: { exception?: { description?: string } }
          }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId)
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description)
          return result.value
        },
        close: () => ask('Target.closeTarget', { targetId }),
      }
    },
  }
}
