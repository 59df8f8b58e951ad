import type { Test } from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TestApp } from '../support/app.ts'
import { inject } from './inject.ts'
import { faultOf } from './shape.ts'

/** Bodies that are wrong, each with its status and the field it is wrong at. */
export async function bodies(t: Test, cafe: TestApp): Promise<void> {
  const post = (url: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    inject(cafe, { method: 'POST', url, as: 'owner', body, headers })
  const zones = '/api/cafe/zones/'
  const categories = '/api/cafe/categories/'
  const orders = '/api/cafe/orders/'
  const order = (fields: string) => inject(cafe, { method: 'POST', url: orders, as: 'waiter1', body: fields })

  t.test('what is no JSON', async (t) => {
    for (const text of [
      '{"title": ',
      '{title: "x"}',
      "{'title': 'x'}",
      '[1,',
      'nonsense',
      '{"a":1}}',
      '\ufffe{}',
      '01',
    ]) {
      const reply = await post(zones, text)
      t.equal(reply.status, 400, text)
      t.match(reply.body, { detail: 'Тело запроса не является верным JSON.', code: 'broken_json' }, text)
    }
    t.equal(
      (await post(zones, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).body.code,
      'broken_json',
      'bytes that are no text',
    )
    const marked = await post(categories, '\ufeff{"title": "С меткой порядка байтов"}')
    t.ok([201, 400].includes(marked.status), 'a byte order mark')
  })

  t.test('keys that would poison prototypes are refused and poison nothing', async (t) => {
    for (const text of [
      '{"__proto__": {"admin": true}, "title": "x"}',
      '{"title": "x", "constructor": {"prototype": {"admin": true}}}',
      '{"items": [{"__proto__": {"admin": true}}]}',
    ]) {
      t.equal((await post(zones, text)).status, 400, text)
      t.notOk('admin' in {}, text)
    }
    const login = await inject(cafe, {
      method: 'POST',
      url: '/api/users/login/',
      body: 'email=waiter1%40test.com&password=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    t.match(login, { status: 415, body: { detail: /Ожидается application\/json\.$/ } })
    const dish = await post('/api/cafe/menu-items/', 'title=x', { 'content-type': 'text/plain' })
    t.match(dish, { status: 415, body: { detail: /Ожидается application\/json, multipart\/form-data\.$/ } })
    const named = await post(categories, '{"title": "toString", "hasOwnProperty": 1, "valueOf": null}')
    t.equal(named.status, 201, 'names of what objects have are just unknown fields')
  })

  t.test('JSON that is no object', async (t) => {
    for (const text of ['[]', '[{"title":"x"}]', '1', '"title"', 'true', 'null']) {
      const reply = await post(zones, text)
      t.equal(reply.status, 400, text)
      t.same(Object.keys(reply.body), ['non_field_errors'], text)
      t.equal(faultOf(reply), null)
    }
  })

  t.test('an empty body is an empty object', async (t) => {
    t.match(await post(zones, ''), { status: 400, body: { title: ['Обязательное поле.'] } })
    const none = await inject(cafe, { method: 'POST', url: zones, as: 'owner' })
    t.match(none, { status: 400, body: { title: ['Обязательное поле.'] } })
  })

  t.test('another content type', async (t) => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'nonsense',
      '*/*',
    ]) {
      const reply = await post(zones, 'title=x', { 'content-type': type })
      t.equal(reply.status, 415, type)
      t.equal(reply.body.code, 'unsupported_media_type', type)
      t.match(reply.body.detail, 'Ожидается application/json.')
      t.equal(faultOf(reply), null, type)
    }
    const named = await post(categories, '{"title": "С кодировкой"}', {
      'content-type': 'application/json; charset=UTF-8',
    })
    t.equal(named.status, 201)
  })

  t.test('a body that is too large', async (t) => {
    for (const text of [
      `{"title": "${'x'.repeat(2 ** 20)}"}`,
      ' '.repeat(2 ** 20),
      `[${'1,'.repeat(2 ** 19)}1]`,
    ]) {
      const reply = await post(zones, text)
      t.equal(reply.status, 413)
      t.equal(reply.body.code, 'payload_too_large')
      t.equal(faultOf(reply), null)
    }
    const fits = await post(zones, `{"title": "${'x'.repeat(2 ** 17)}"}`)
    t.match(fits, { status: 400, body: { title: [/100/] } }, 'what fits is read')
  })

  t.test('unknown fields are ignored', async (t) => {
    const reply = await post(
      categories,
      '{"title": "Чай", "id": "x", "company": 1, "нет такого": [{}], "branch": "x"}',
    )
    t.equal(reply.status, 201)
    t.equal(reply.body.title, 'Чай')
    t.not(reply.body.id, 'x')
  })

  t.test('values are not bent into shape', async (t) => {
    const wrong: [string, string, string][] = [
      [zones, '{"title": 1}', 'title'],
      [zones, '{"title": null}', 'title'],
      [zones, '{"title": true}', 'title'],
      [zones, '{"title": ["x"]}', 'title'],
      [zones, '{"title": {}}', 'title'],
      [zones, '{"title": ""}', 'title'],
      [zones, '{"title": "  "}', 'title'],
      ['/api/cafe/tables/', '{"number": "5"}', 'number'],
      ['/api/cafe/tables/', '{"number": 1.5}', 'number'],
      ['/api/cafe/tables/', '{"number": true}', 'number'],
      ['/api/cafe/kitchens/', '{"title": "x", "number": null}', 'number'],
      ['/api/cafe/kitchen/tasks/claim/', '{"task_ids": "x"}', 'task_ids'],
      ['/api/cafe/kitchen/tasks/claim/', '{"task_ids": [1]}', 'task_ids'],
      ['/api/cafe/kitchen/tasks/claim/', '{"task_ids": []}', 'task_ids'],
      ['/api/cafe/orders/', '{"items": [null, 1, {}]}', 'items'],
    ]
    for (const [url, text, field] of wrong) {
      const reply = await post(url, text)
      t.equal(reply.status, 400, text)
      t.same(Object.keys(reply.body), [field], text)
      t.equal(faultOf(reply), null, text)
    }
  })

  t.test('numbers that no column holds', async (t) => {
    const huge = [
      '1e400',
      '-1e400',
      '9223372036854775808',
      '2147483648',
      '1e308',
      '-2147483649',
      '123456789012345678901234567890',
    ]
    const fields: [string, string, (number: string) => string][] = [
      ['/api/cafe/tables/', 'number', (n) => `{"number": ${n}}`],
      ['/api/cafe/tables/', 'places', (n) => `{"number": 900, "places": ${n}}`],
      ['/api/cafe/tables/', 'x', (n) => `{"number": 900, "x": ${n}}`],
      ['/api/cafe/kitchens/', 'number', (n) => `{"title": "x", "number": ${n}}`],
      [categories, 'position', (n) => `{"title": "Большая", "position": ${n}}`],
      [orders, 'guests', (n) => `{"guests": ${n}}`],
      [orders, 'discount_amount', (n) => `{"discount_amount": ${n}}`],
    ]
    for (const [url, field, text] of fields) {
      for (const number of huge) {
        // a sum may well be two milliards
        if (field === 'discount_amount' && number === '2147483648') continue
        const reply = await post(url, text(number))
        t.equal(reply.status, 400, text(number))
        t.same(Object.keys(reply.body), [field], text(number))
      }
    }
  })

  t.test('NUL, halves of characters, and text of every alphabet', async (t) => {
    t.match(await post(categories, '{"title": "a\\u0000b"}'), { status: 400, body: { title: [/NUL/] } })
    t.match(await order('{"items": [{"note": "\\u0000"}]}'), { status: 400, body: { items: Array } })
    t.match(await order('{"note": "\\u0000"}'), { status: 400, body: { note: [/NUL/] } })
    t.equal((await order('{"x": {"y\\u0000": "\\u0000"}}')).status, 400, 'in unknown fields as well')
    // what cannot be seen is left out, letters are kept in one form
    for (const [note, kept = note] of [
      ['\ud83c\udf55'],
      ['\u202eназад', 'назад'],
      ['e\u0301', '\u00e9'],
      ['\u0001\u001f', ''],
      ['שלום 你好 🇰🇬'],
      ["'; drop table orders; --"],
      ['\\'],
    ] as [string, string?][]) {
      const reply = await order(JSON.stringify({ note }))
      t.equal(reply.status, 201, note)
      t.equal(reply.body.note, kept)
      const { body } = await cafe.as('waiter1').get<OrderRead>(`${orders}${String(reply.body.id)}/`)
      t.equal(body.note, kept, 'comes back as it was kept')
    }
    const half = await order('{"note": "x\\ud800y"}')
    t.equal(half.status, 201)
    const { body } = await cafe.as('waiter1').get<OrderRead>(`${orders}${String(half.body.id)}/`)
    t.equal(body.note, 'xy', 'half a character is none')
  })

  t.test('depths', async (t) => {
    const levels = 20_000
    for (const text of [
      `{"title": ${'['.repeat(levels)}${']'.repeat(levels)}}`,
      `{"x": ${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}, "title": "\\u0000"}`,
    ]) {
      const reply = await post(zones, text)
      t.equal(reply.status, 400, text.slice(0, 20))
      t.equal(faultOf(reply), null)
    }
  })
}
