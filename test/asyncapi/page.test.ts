import t from 'tap'
import { eventTypes } from '../../src/asyncapi/document.ts'
import { clientMessages, serverMessages } from '../../src/realtime/messages.ts'
import { startApp } from '../support/app.ts'
import { startBrowser } from '../support/browser.ts'
import { program } from '../support/rig.ts'

const path = '/api/docs/events/'

t.test('the page of events', async (t) => {
  const cafe = await startApp(t, { env: { DEMO_DATA: 'true' } })
  const get = (url: string) => cafe.app.inject({ url })

  t.test('comes with everything it needs from here, and runs nothing else', async (t) => {
    const { statusCode, headers, body } = await get(path)
    t.equal(statusCode, 200)
    const policy = String(headers['content-security-policy'])
    t.match(policy, "default-src 'none'")
    t.notMatch(policy, /unsafe|http/)
    t.notMatch(body, / (style|on\w+)="/)
    const links = Array.from(body.matchAll(/(?:src|href)="([^"#][^"]*)"/g), ([, link]) => link!)
    t.ok(links.length >= 6)
    for (const link of links) t.equal((await get(link)).statusCode, 200, link)
  })

  t.test('shows every message, in both languages, and where its links lead', async (t) => {
    for (const lang of ['ru', 'en']) {
      const { body } = await get(`${path}?lang=${lang}`)
      t.match(body, `<html lang="${lang}">`)
      for (const name of [...eventTypes, ...Object.keys(serverMessages), ...Object.keys(clientMessages)])
        t.match(body, `<article id="${name}"`)
      for (const [, id] of body.matchAll(/href="#(\w[\w-]*)"/g)) t.match(body, `id="${id}"`)
    }
    t.match((await get(`${path}?lang=ru`)).body, 'Принят заказ.')
    t.match((await get(`${path}?lang=en`)).body, 'An order is taken.')
  })

  t.test('is to be tried where the demo accounts are open, and there alone', async (t) => {
    t.match((await get(path)).body, 'id="live"')
    const own = await startApp(t, { env: { DEMO_DATA: 'false' } })
    t.notMatch((await own.app.inject({ url: path })).body, /id="live"|demo12345/)
  })
})

const chromium = await program('chromium').catch((error: Error) => error)

t.test(
  'in a browser: frames of the demo café arrive, and the filter leaves the events of a group',
  { skip: chromium instanceof Error && `no Chromium was found: ${chromium.message}` },
  async (t) => {
    const cafe = await startApp(t, { kind: 'embedded', env: { DEMO_DATA: 'true' } })
    const { httpUrl } = await cafe.listen()
    const page = await (await startBrowser(t, chromium as string)).open(httpUrl + path)
    await page.evaluate(`
      globalThis.form = document.querySelector('#live form').elements
      globalThis.frame = (type) => new Promise((resolve) => {
        const list = document.querySelector('.frames')
        const look = () => {
          const found = [...list.querySelectorAll('summary code')].some((one) => one.textContent === type)
          if (found) resolve(found)
          return found
        }
        if (!look()) new MutationObserver(look).observe(list, { childList: true, subtree: true })
      })`)
    await page.evaluate(`form.connect.click(), frame('connection_established')`)
    await page.evaluate(`form.order.click(), frame('order_created')`)
    await page.evaluate(`new Promise((resolve) => {
      const ready = () => !form.order.disabled && resolve()
      ready()
      new MutationObserver(ready).observe(form.order, { attributes: true, childList: true })
    })`)
    await page.evaluate(`form.order.click(), frame('order_updated')`)
    const { body } = await cafe.as('owner').get<{ results: { status: string }[] }>('/api/cafe/orders/')
    t.equal(body.results[0]!.status, 'cancelled', 'what the page did was done')

    const shown = await page.evaluate<string[]>(`
      document.querySelector('[data-group="tables"]').click()
      ;[...document.querySelectorAll('article')].filter(({ hidden }) => !hidden).map(({ id }) => id)`)
    t.ok(shown.includes('table_created') && shown.includes('pong'))
    t.notOk(shown.includes('kitchen_task_ready'))
  },
)
