import t from 'tap'
import type { Test } from 'tap'
import { startSocketCafe } from '../realtime/cafe.ts'
import type { SocketCafe } from '../realtime/cafe.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { waitUntil } from '../support/wait.ts'
import { startCollector } from './collector.ts'

/** So slow that only messages can have brought what a test sees. */
const noHeadCheck = { HEAD_CHECK_INTERVAL: '1h', HEAD_CHECK_INTERVAL_DOWN: '1h' }
const given = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${given}-b7ad6b7169203331-01`

/** One replica that takes orders and one with the sockets, both traced as the settings say. */
async function twoReplicas(t: Test, env: Record<string, string>) {
  const collector = await startCollector(t)
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const traces = {
    ...noHeadCheck,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '20',
    ...env,
  }
  const start = (name: string, roles: string) => {
    const attributes = {
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name},deployment.environment=a%20test`,
    }
    return startSocketCafe(t, { on, env: { ...traces, ...attributes, ROLES: roles } })
  }
  const [orders, sockets] = await Promise.all([start('orders', 'api'), start('sockets', 'api,ws')])
  await waitUntil(() => orders.bus.up && sockets.bus.up, { what: 'links are up' })
  const screen = await sockets.connect('cook1', 'kitchen')
  await screen.next('connection_established')
  const { body: dishes } = await orders
    .as('owner')
    .get<{ results: { id: string }[] }>('/api/cafe/menu-items/')
  const takeOrder = async (headers: Record<string, string>) => {
    const order = { items: [{ menu_item: dishes.results[0]!.id, quantity: 1 }] }
    const { status, body } = await orders.as('waiter1').post('/api/cafe/orders/', order, { headers })
    t.equal(status, 201, JSON.stringify(body))
    return screen.next('kitchen_task_created')
  }
  return { collector, orders, screen, takeOrder }
}

/** The versions of all messages that replicas send about the first branch from now on. */
async function versionsHeard({ bus, company, branches }: SocketCafe): Promise<number[]> {
  const versions: number[] = []
  bus.onMessage((_stream, message) => void versions.push(message[0]!))
  await bus.subscribe({ companyId: company, streamId: branches[0] })
  return versions
}

t.test('one trace goes from the request over the event to the screens of another replica', async (t) => {
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%2Cb' }
  const { collector, orders, takeOrder } = await twoReplicas(t, headers)
  const { id } = await takeOrder({ traceparent, 'x-request-id': 'order-7' })
  const ofTrace = () => collector.spans.filter(({ traceId }) => traceId === given)
  const named = (name: string) => ofTrace().find((span) => span.name === name)
  await waitUntil(() => named('deliver') && named('POST /api/cafe/orders/'), { what: 'spans arrive' })
  await waitUntil(() => named('announce') && named('change'), { what: 'spans arrive' })

  const request = named('POST /api/cafe/orders/')!
  t.equal(request.parentSpanId, 'b7ad6b7169203331', 'goes on from the trace of the client')
  t.match(request.attributes, {
    'http.request.method': 'POST',
    'http.route': '/api/cafe/orders/',
    'http.response.status_code': 201,
    'cafe.request.id': 'order-7',
    'cafe.company.id': orders.company,
  })
  t.equal(named('change')!.parentSpanId, request.spanId)
  const announce = named('announce')!
  t.equal(announce.parentSpanId, request.spanId)
  t.ok(
    (announce.attributes['cafe.event.ids'] as string[]).includes(String(id)),
    'names the event that the screen got',
  )
  const deliver = named('deliver')!
  t.equal(deliver.parentSpanId, announce.spanId, 'goes on from the replica that announced it')
  t.equal(deliver.attributes['cafe.sockets'], 1)
  t.ok(BigInt(deliver.endTimeUnixNano) >= BigInt(announce.startTimeUnixNano))

  const places = [request.resource, deliver.resource]
  t.strictSame(
    places.map((place) => place['service.instance.id']),
    ['orders', 'sockets'],
  )
  for (const place of places) {
    t.match(place, { 'service.name': 'cafe-realtime', 'deployment.environment': 'a test' })
  }
  t.match(collector.requests[0], { path: '/v1/traces', headers: { 'x-key': 'a,b' } })
})

const repairs = {
  hole: { why: 'later messages arrive and leave a hole', env: noHeadCheck },
  head: { why: 'the head of the stream is ahead', env: { HEAD_CHECK_INTERVAL: '20ms' } },
}
for (const [reason, { why, env }] of Object.entries(repairs)) {
  t.test(`an event that no message brought is found by its id in a trace of its own: ${why}`, async (t) => {
    const { collector, orders, screen, takeOrder } = await twoReplicas(t, env)
    await orders.append(orders.branches[0], ['menu_item_stopped'], { announce: false })
    const later = reason === 'hole' ? takeOrder({ traceparent }) : undefined
    const { id, seq } = await screen.next('menu_item_stopped')
    await later
    const repair = () =>
      collector.spans.find(
        ({ name, attributes }) =>
          name === 'repair' && (attributes['cafe.event.ids'] as string[]).includes(String(id)),
      )
    await waitUntil(repair, { what: 'its span arrives' })
    const { parentSpanId = '', resource, attributes } = repair()!
    t.equal(parentSpanId, '', 'what changed it is not in the log')
    t.match(resource, { 'service.instance.id': 'sockets' })
    t.match(attributes, {
      'cafe.repair.reason': reason,
      'cafe.company.id': orders.company,
      'messaging.destination.name': orders.branches[0],
      'cafe.event.first': seq,
      'cafe.sockets': 1,
    })
    t.equal((attributes['cafe.event.types'] as string[])[0], 'menu_item_stopped')
  })
}

t.test('a change that fails shows where, and none of its values', async (t) => {
  const { collector, orders } = await twoReplicas(t, {})
  const body = { items: [{ menu_item: '00000000-0000-7000-8000-000000000000', quantity: 1 }] }
  const { status } = await orders.as('waiter1').post('/api/cafe/orders/', body, { headers: { traceparent } })
  t.equal(status, 400)
  const change = () => collector.spans.find(({ name, traceId }) => name === 'change' && traceId === given)
  await waitUntil(change, { what: 'the span arrives' })
  t.match(change()!.status, { code: 2, message: 'FieldError' })
})

t.test('who samples nothing sends nothing, and the messages between replicas are as ever', async (t) => {
  const { collector, orders, takeOrder } = await twoReplicas(t, {
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  })
  const versions = await versionsHeard(orders)
  await takeOrder({})
  await waitUntil(() => versions.length > 0, { what: 'messages are heard' })
  t.ok(
    versions.every((version) => version === 1),
    versions.join(),
  )
  await takeOrder({ traceparent })
  await waitUntil(() => versions.includes(2), { what: 'a client that is traced still is' })
  const traced = () => collector.spans.some(({ name }) => name === 'deliver')
  await waitUntil(traced, { what: 'its spans arrive' })
  t.strictSame([...new Set(collector.spans.map(({ traceId }) => traceId))], [given])
})

t.test('without an address, or disabled, nothing is traced', async (t) => {
  const { collector, orders, takeOrder } = await twoReplicas(t, { OTEL_SDK_DISABLED: 'true' })
  t.equal(orders.tracing, null)
  const versions = await versionsHeard(orders)
  await takeOrder({ traceparent })
  await waitUntil(() => versions.length > 0, { what: 'messages are heard' })
  t.ok(
    versions.every((version) => version === 1),
    versions.join(),
  )
  t.strictSame(collector.requests, [])
})

t.test('a collector that is away takes nothing from anybody', async (t) => {
  const { takeOrder } = await twoReplicas(t, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  for (let n = 0; n < 5; n++) await takeOrder({})
})
