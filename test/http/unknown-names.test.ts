import t from 'tap'
import { shapeOf } from '../../src/http/unknown-fields/known-fields.ts'
import { unknownFieldsIn } from '../../src/http/unknown-fields/find-unknown.ts'
import { isMoneyName } from '../../src/http/unknown-fields/money-names.ts'
import { nearest } from '../../src/http/unknown-fields/nearest.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { startApp } from '../support/app.ts'
import { documentOf, responseAt, validatorAt } from '../support/answers.ts'
import { inEnglish, warnedOf } from './warnings.ts'
import type { Warned } from './warnings.ts'

t.test('which names speak of money', async (t) => {
  const money = [
    'amount',
    'tip_amount',
    'unitPrice',
    'tips',
    'totalSum',
    'TIPAmount',
    'fee',
    'price2',
    'amout',
    'dicount',
  ]
  const other = [
    'multiple',
    'description',
    'tipsy',
    'feedback',
    'title',
    'comment',
    'guests',
    'summary',
    'type',
    'count',
  ]
  for (const name of money) t.equal(isMoneyName(name), true, name)
  for (const name of other) t.equal(isMoneyName(name), false, name)
})

t.test('the nearest name, or none', async (t) => {
  const known = ['table', 'status', 'status__in', 'waiter', 'page', 'page_size']
  t.equal(nearest('tabel', known), 'table')
  t.equal(nearest('statuss', known), 'status')
  t.equal(nearest('Page_Size', known), 'page_size')
  t.equal(nearest('colour', known), undefined)
  t.equal(nearest('x', known), undefined)
  t.equal(nearest('t'.repeat(10_000), known), undefined)
})

t.test('a body nested deeper than the stack is looked through', async (t) => {
  const shape = shapeOf({ type: 'object', properties: {} })!
  let inner: object = { tip_amount: '5.00' }
  for (let depth = 0; depth < 100_000; depth++) inner = { x: inner }
  const { ofMoney, others } = unknownFieldsIn(inner, shape)
  t.equal(ofMoney[0]?.path.length, 32)
  t.equal(others.length, 1)
})

t.test('what a route does not know', async (t) => {
  const cafe = await startApp(t, { kind: 'embedded' })
  const [owner, waiter, cashier] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cashier1')]
  const orders = '/api/cafe/orders/'
  const dishes = await waiter.get<{ results: { id: string; title: string; price: string }[] }>(
    '/api/cafe/menu-items/',
  )
  const dish = dishes.body.results[0]!
  const line = { menu_item: dish.id }
  const order = async () => (await waiter.post<OrderRead & Warned>(orders, { items: [line] })).body

  await t.test('query parameters: 400 naming the nearest', async (t) => {
    const cases: [path: string, field: string, message: string][] = [
      [`${orders}?tabel=1`, 'tabel', 'Неизвестный параметр; возможно, вы имели в виду table.'],
      [`${orders}?tabel=`, 'tabel', 'Неизвестный параметр; возможно, вы имели в виду table.'],
      [`${orders}?statuss=open`, 'statuss', 'Неизвестный параметр; возможно, вы имели в виду status.'],
      [`${orders}?brunch=1`, 'brunch', 'Неизвестный параметр; возможно, вы имели в виду branch.'],
      ['/api/cafe/kitchen/tasks/?mein=1', 'mein', 'Неизвестный параметр; возможно, вы имели в виду mine.'],
      ['/api/users/employees/?rol=cook', 'rol', 'Неизвестный параметр; возможно, вы имели в виду role.'],
      ['/api/users/profile/?page=1', 'page', 'Этот запрос не принимает параметров.'],
    ]
    for (const [path, field, message] of cases) {
      const { status, body } = await owner.get(path)
      t.same([status, body], [400, { [field]: [message] }], path)
    }
    const english = await owner.get(`${orders}?tabel=1`, inEnglish)
    t.same(english.status, 400)
    const far = await owner.get<Record<string, string[]>>('/api/cafe/snapshot/?colour=red')
    t.equal(far.status, 400)
    t.equal((await waiter.post(`${orders}?dry_run=1`, { items: [line] })).status, 400)
  })

  await t.test('of every route with parameters', async (t) => {
    for (const { method, url, schema } of cafe.app.declaredRoutes) {
      const takesAny = (schema.querystring as { additionalProperties?: boolean })?.additionalProperties
      if (!url.startsWith('/api/') || schema.hide || takesAny || method !== 'GET') continue
      const path = url.replace(/:\w+/g, '0193a8f0-7c3e-7b52-9c61-3f1d2a4b5c6d')
      const { status, body } = await owner.get(`${path}?zzzzzzzzzz=1`)
      t.same([status, Object.keys(body)], [400, ['zzzzzzzzzz']], path)
    }
  })

  await t.test('what clients add for nothing is ignored', async (t) => {
    for (const query of ['_=17000', 'format=json', '_t=1', '_=1&page=1'])
      t.equal((await owner.get(`${orders}?${query}`)).status, 200, query)
    t.equal((await owner.get('/api/users/profile/?branch=x')).status, 200)
  })

  await t.test('orderings', async (t) => {
    const near = await owner.get(`${orders}?ordering=-created`)
    t.same(near.body, { ordering: ['Сортировки по «created» нет; возможно, вы имели в виду created_at.'] })
    for (const path of [orders, '/api/cafe/menu-items/', '/api/users/employees/', '/api/users/branches/'])
      t.match(await owner.get(`${path}?ordering=zzzzzzzz`), {
        status: 400,
        body: { ordering: [/Допустимые поля/] },
      })
    t.equal((await owner.get(`${orders}?ordering=-created_at,,`)).status, 200)
  })

  await t.test('money in an undeclared field is refused, at any depth, and nothing is done', async (t) => {
    const lost = (field: string) => `Поле ${field} не поддерживается: деньги в нём потерялись бы.`
    const { id } = await order()
    const paid = await cashier.post(`${orders}${id}/pay/`, { payment_method: 'cash', amount: '1.00' })
    t.same([paid.status, paid.body], [400, { amount: [lost('amount')] }])
    t.equal((await waiter.get<OrderRead>(`${orders}${id}/`)).body.is_paid, false)

    const inLine = await waiter.post(orders, { items: [line, { ...line, tip_amount: '5.00' }] })
    t.same([inLine.status, inLine.body], [400, { items: [{}, { tip_amount: [lost('tip_amount')] }] }])
    const inside = await waiter.post(orders, { items: [line], extras: { service: { feeTotal: 5 } } })
    t.same([inside.status, inside.body], [400, { extras: { service: { feeTotal: [lost('feeTotal')] } } }])
    const near = await waiter.post(orders, { items: [line], discount: '5.00', discountAmount: '5.00' })
    t.match(near, {
      status: 400,
      body: { discountAmount: [/имели в виду discount_amount/], discount: [/потерялись/] },
    })
    const flat = await waiter.post(`${orders}${id}/items/`, { ...line, price: '1.00' })
    t.equal(flat.status, 400)
    const several = await waiter.post(`${orders}${id}/items/`, { items: [{ ...line, fee: 1 }] })
    t.same(several.body, { items: [{ fee: [lost('fee')] }] })
    t.equal((await waiter.post(`${orders}${id}/split/`, { items: [], tips: 1 })).status, 400)
    t.equal((await owner.post('/api/cafe/zones/', { title: 'Крыша', cover_charge: 10 })).status, 400)
    t.equal((await waiter.post(orders, { items: [line], tip_amount: null })).status, 201)
  })

  await t.test('any other unknown field is named in the answer', async (t) => {
    const made = await waiter.post<OrderRead & Warned>(orders, {
      items: [
        { ...line, coment: 'без лука' },
        { ...line, modifiers: [{ id: 1 }] },
      ],
      gusts: 3,
    })
    t.equal(made.status, 201)
    t.same(made.body.warnings, [
      {
        field: 'items.0.coment',
        code: 'unknown_field',
        message: 'Неизвестное поле coment: оно не учтено. Возможно, вы имели в виду comment.',
      },
      {
        field: 'items.1.modifiers',
        code: 'unknown_field',
        message: 'Неизвестное поле modifiers: оно не учтено.',
      },
      {
        field: 'gusts',
        code: 'unknown_field',
        message: 'Неизвестное поле gusts: оно не учтено. Возможно, вы имели в виду guests.',
      },
    ])
    const document = documentOf(cafe.app)
    const { place } = responseAt(document, orders, 'post', 201)!
    const validate = validatorAt(document, [...place, 'content', 'application/json', 'schema'])
    t.equal(validate(made.body), true)
    t.equal(validate({ ...made.body, warnings: [{ field: 'x' }] }), false, 'the document knows warnings')

    const logout = await waiter.patch<Warned>('/api/users/profile/', { nickname: 'A' })
    t.same(warnedOf(logout.body), ['nickname'])
    const removed = await cafe.app.inject({
      method: 'POST',
      url: '/api/users/login/',
      payload: { email: 'x', password: 'y', remember: true },
    })
    t.equal(removed.statusCode, 401)
    t.notMatch(removed.body, /warnings/)
  })

  await t.test('a repeated request is answered with the same warnings', async (t) => {
    const options = { headers: { 'idempotency-key': 'warned-1' } }
    const first = await waiter.post<Warned>(orders, { items: [line], gusts: 3 }, options)
    const again = await waiter.post<Warned>(orders, { items: [line], gusts: 3 }, options)
    t.same(warnedOf(first.body), ['gusts'])
    t.same(again.body, first.body)
    t.equal(again.headers['idempotency-replayed'], 'true')
  })

  await t.test('what was read may be sent back whole, without a word', async (t) => {
    const lists = [
      'zones',
      'tables',
      'categories',
      'kitchens',
      'menu-items',
      'clients',
      'bookings',
      'order-items',
      'orders',
    ]
    await order()
    for (const list of lists) {
      const path = `/api/cafe/${list}/`
      const [read] = (await owner.get<{ results: { id: string }[] }>(path)).body.results
      if (!read) continue
      for (const send of ['put', 'patch'] as const) {
        const { status, body } = await owner[send]<Warned>(`${path}${read.id}/`, read)
        t.ok([200, 409].includes(status), `${send} ${path}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
        t.same(warnedOf(body), [], `${send} ${path}`)
      }
    }
    const profile = (await waiter.get('/api/users/profile/')).body
    t.same(warnedOf((await waiter.patch<Warned>('/api/users/profile/', profile)).body), [])
  })

  await t.test('lines as known front ends send them', async (t) => {
    const sent = {
      ...line,
      line_kind: 'menu',
      unit_price: dish.price,
      comment: 'острый',
      quantity: 1,
      is_rejected: false,
    }
    const made = await waiter.post<OrderRead & Warned>(orders, { status: 'open', items: [sent] })
    t.same([made.status, made.body.warnings], [201, undefined])
    const items = [{ ...sent, id: made.body.items[0]!.id, order: made.body.id }]
    const edited = await waiter.patch<Warned>(`${orders}${made.body.id}/`, { items })
    t.same([edited.status, edited.body.warnings], [200, undefined])
    const once = await waiter.post(orders, { status: 'canceled', items: [sent] })
    t.match(once, { status: 400, body: { status: [/canceled/] } })
  })

  await t.test('a form with a picture is no exception', async (t) => {
    const form = async (name: string) =>
      cafe.app.inject({
        method: 'PATCH',
        url: `/api/cafe/menu-items/${dish.id}/`,
        headers: {
          authorization: `Bearer ${await cafe.tokenOf('owner')}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
        payload: `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n5\r\n--x--\r\n`,
      })
    t.equal((await form('cost_price')).statusCode, 400)
    t.match((await form('colour')).json<Warned>().warnings, [{ field: 'colour' }])
  })
})
