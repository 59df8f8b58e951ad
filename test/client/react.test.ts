import t from 'tap'
import type { Test } from 'tap'
import { serviceOf } from '../cafe/service.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { startBrowser } from '../support/browser.ts'
import { program } from '../support/rig.ts'
import { serveClientPage } from './page.ts'

/** The hooks, in React and a real browser. */

const script = `
  const e = React.createElement
  const rendered = { tables: 0, orders: 0, order: 0 }
  const ready = []
  function Tables() {
    rendered.tables++
    return e('p', { id: 'busy' }, useTables().filter(({ status }) => status === 'busy').length)
  }
  function Orders() {
    rendered.orders++
    const orders = useOrders()
    useEvent('kitchen_task_ready', ({ data }) => ready.push(data.menu_item))
    return e('ul', { id: 'orders' }, orders.map(({ id }) => e(Line, { key: id, id })))
  }
  function Line({ id }) {
    const order = useOrder(id)
    const branch = useBranch()
    const close = () => branch.send('patch', '/api/cafe/orders/{id}/', { path: { id }, body: { status: 'closed' } })
    return e('li', { onClick: close }, order.note)
  }
  const Kitchen = () => e('p', { id: 'tasks' }, useKitchen().length)
  const Bar = () => e('p', { id: 'state' }, useStatus().state)

  function show(url, token) {
    const branch = liveBranch(createCafe({ url, getToken: () => token }))
    const parts = [Tables, Orders, Kitchen, Bar].map((part, key) => e(part, { key }))
    createRoot(document.body).render(e(BranchProvider, { branch }, parts))
    return branch.ready.then(() => true)
  }
  const text = (id) => document.getElementById(id)?.textContent
  const until = (holds) => new Promise((done) => {
    const look = () => (holds() ? done(true) : setTimeout(look, 20))
    look()
  })
`

const chromium = await program('chromium').catch((error: Error) => error)

t.test(
  'components show the branch and follow it',
  { skip: chromium instanceof Error && `no Chromium was found: ${chromium.message}` },
  async (t: Test) => {
    const origin = await serveClientPage(t, script)
    const cafe = await startSocketCafe(t, { kind: 'embedded', env: { CORS_ORIGINS: origin } })
    const { tables, dishes, order, tasksOf } = await serviceOf(cafe.as('waiter1'))
    const page = await (await startBrowser(t, chromium as string)).open(origin)
    const token = await cafe.tokenOf('waiter1')
    await page.evaluate(`show(${JSON.stringify(cafe.httpUrl)}, ${JSON.stringify(token)})`)
    await page.evaluate(`until(() => text('state') === 'live')`)
    t.equal(await page.evaluate(`text('busy')`), '0')

    const items = [{ menu_item: dishes[0]!.id, quantity: 3 }]
    const { id } = await order({ table: tables[0]!.id, note: 'by the window', items })
    await page.evaluate(`until(() => text('orders') === 'by the window' && text('tasks') === '3')`)
    await page.evaluate(`until(() => text('busy') === '1')`)
    const [task] = await tasksOf(id)
    await page.evaluate(`rendered.tables = 0`)
    await cafe.as('cook1').post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
    await page.evaluate(`until(() => text('tasks') === '2' && ready.length === 1)`)
    t.equal(await page.evaluate(`rendered.tables`), 0, 'what has not changed is not rendered')

    await page.evaluate(`document.querySelector('li').click()`)
    t.equal(await page.evaluate(`until(() => text('orders') === '')`), true, 'gone at once')
    await page.evaluate(`until(() => text('busy') === '0')`)
    const { body } = await cafe.as('waiter1').get(`/api/cafe/orders/${id}/`)
    t.equal(body['status'], 'closed')
  },
)
