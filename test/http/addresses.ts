import type { Test } from 'tap'
import type { TestApp } from '../support/app.ts'
import { missing } from '../cafe/people.ts'
import { inject } from './inject.ts'
import { faultOf } from './shape.ts'

/** Paths, methods and queries that are wrong. */
export async function addresses(t: Test, cafe: TestApp): Promise<void> {
  const get = (url: string) => inject(cafe, { url, as: 'owner' })

  t.test('a path that is none', async (t) => {
    for (const url of [
      '/nowhere',
      '/api/cafe/',
      '/api/cafe/zones/x/y/',
      '/API/cafe/zones/',
      '/api//cafe/zones/',
      '/%zz',
      '/api/cafe/orders/%E0%A4%A/',
      '/api/cafe/orders/%/',
      `/api/cafe/orders/${'x'.repeat(5000)}/`,
      '/../etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/api/cafe/zones/%00/',
      '/ws/cafe/nothing/',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const reply = await inject(cafe, { method, url, body: method === 'POST' ? '{"broken' : undefined })
        const what = `${method} ${url.slice(0, 40)}`
        // an id that is none is looked at after the token
        t.ok([404, 401, 405].includes(reply.status), `${what}: ${reply.status}`)
        t.equal(faultOf(reply), null, what)
        t.ok(reply.headers['x-request-id'], what)
      }
      t.equal((await get(url)).status, 404, url.slice(0, 40))
    }
  })

  t.test('a path that is none names the one that may have been meant', async (t) => {
    const meant: [string, string | undefined][] = [
      ['/api/cafe/order/', '/api/cafe/orders/'],
      [`/api/cafe/oders/${missing}`, '/api/cafe/orders/{id}/'],
      [`/api/cafe/Orders/${missing}/Pay/?branch=x`, '/api/cafe/orders/{id}/pay/'],
      ['/api/cafe/kitchen/task/', '/api/cafe/kitchen/tasks/'],
      ['/api/orders/', '/api/cafe/orders/'],
      ['/cafe/menu-items', '/api/cafe/menu-items/'],
      [`/api/v1/cafe/zones/${missing}/`, '/api/cafe/zones/{id}/'],
      ['/ws/cafe/order/', '/ws/cafe/orders/'],
      ['/api/user/profile/', '/api/users/profile/'],
      ['/nowhere', undefined],
      ['/api/cafe/nothing-of-the-kind/', undefined],
      ['/../etc/passwd', undefined],
      // a page is none of the document's paths
      ['/api/doc/', undefined],
    ]
    for (const [url, nearest] of meant) {
      const { status, body } = await get(url)
      t.match([status, body.code], [404, 'not_found'], url)
      t.equal(body.nearest, nearest, url)
    }
    const { body } = await get(`/api/cafe/orders/${missing}/`)
    t.strictSame(Object.keys(body).sort(), ['code', 'detail'], 'an object that is none has no such hint')
  })

  t.test('a method that a path does not answer', async (t) => {
    const wrong: [string, string, string][] = [
      ['PUT', '/api/cafe/zones/', 'GET, POST'],
      ['DELETE', '/api/cafe/orders/', 'GET, POST'],
      ['POST', `/api/cafe/orders/${missing}/`, 'GET, PUT, PATCH, DELETE'],
      ['GET', '/api/users/login/', 'POST'],
      ['GET', `/api/cafe/kitchen/tasks/${missing}/ready/`, 'POST'],
      ['POST', '/ws/cafe/orders/', 'GET'],
      ['POST', '/healthz', 'GET'],
      ['PROPFIND', '/api/cafe/zones', 'GET, POST'],
      ['QUERY', '/api/cafe/zones', 'GET, POST'],
    ]
    for (const [method, url, allow] of wrong) {
      for (const body of [undefined, '{"broken']) {
        const reply = await inject(cafe, { method, url, body })
        t.equal(reply.status, 405, `${method} ${url}`)
        t.equal(reply.headers.allow, allow, `${method} ${url}`)
        t.equal(reply.body.code, 'method_not_allowed')
        t.match(reply.body.detail, method)
      }
    }
  })

  t.test('pages', async (t) => {
    const zones = '/api/cafe/zones/'
    for (const query of [
      'page=1',
      'page_size=1',
      'page_size=1000000',
      'page=',
      'page=1&page_size=2147483647',
    ]) {
      t.equal((await get(`${zones}?${query}`)).status, 200, query)
    }
    for (const page of ['2147483647', '9007199254740991', '1000000']) {
      const reply = await get(`${zones}?page=${page}`)
      t.match(reply, { status: 404, body: { code: 'invalid_page' } }, page)
    }
    for (const field of ['page', 'page_size']) {
      for (const value of ['0', '-1', '1.5', 'x', '1e400', '0x10', '%00', '+', 'null', '1&FIELD=2']) {
        const reply = await get(`${zones}?${field}=${value.replace('FIELD', field)}`)
        t.equal(reply.status, 400, `${field}=${value}`)
        t.same(Object.keys(reply.body), [field], `${field}=${value}`)
        t.equal(faultOf(reply), null)
      }
    }
    for (const value of ['9223372036854775808', '1e30', '99999999999999999999999999']) {
      t.ok([400, 404].includes((await get(`${zones}?page=${value}`)).status), value)
    }
    const last = await get(`${zones}?page_size=1&page=2`)
    t.match(last.body, { previous: /page_size=1$/, next: /page=3/ })
  })

  t.test('filters: numbers, ids, flags, choices and times that are none', async (t) => {
    const wrong: Record<string, string[]> = {
      'tables/?number=': [
        '2147483648',
        '-2147483649',
        '9223372036854775808',
        '1e400',
        'x',
        '1.5',
        '%00',
        'NaN',
      ],
      'tables/?zone=': ['x', '1', `${missing}x`, '%00'],
      'tables/?status=': ['FREE', 'x', '1'],
      'orders/?guests=': ['2147483648', '1e400', 'x'],
      'orders/?number=': ['2147483648', '1e400', 'x'],
      'orders/?is_paid=': ['yes', '2', 'null'],
      'orders/?status__in=': ['open,x', 'open&status__in=x'],
      'orders/?created_at_from=': [
        'x',
        '2024-02-30',
        '2024-13-01',
        '0000-01-01',
        '24:00',
        '2024-01-01T25:00:00Z',
        '1e9',
      ],
      'orders/?created_at_to=': ['x', '2023-02-29', '2024-01-01T00:00:00'],
      'orders/history/?date_from=': ['x', '2024-02-30', '0000-01-01', '2024-1-1'],
      'kitchen/tasks/?status=': ['x', 'pending,x'],
      'kitchen/tasks/?mine=': ['x'],
    }
    for (const [filter, values] of Object.entries(wrong)) {
      for (const value of values) {
        const reply = await get(`/api/cafe/${filter}${value}`)
        t.equal(reply.status, 400, `${filter}${value}`)
        t.same(Object.keys(reply.body), [/\?(\w+)=/.exec(filter)![1]], `${filter}${value}`)
        t.equal(faultOf(reply), null)
      }
      t.equal((await get(`/api/cafe/${filter}`)).status, 200, `${filter}: empty is no filter`)
    }
  })

  t.test('filters: the ends of time, and what means nothing', async (t) => {
    for (const query of [
      'created_at_from=0001-01-01&created_at_to=9999-12-31',
      'created_at_from=0000-01-01T00:00:00Z',
      'created_at_to=9999-12-31T23:59:59.999-14:00',
      'created_at_from=2024-01-01T00:00:00+06:00',
      'ordering=nonsense,-,--id,__proto__,constructor,;drop',
      `ordering=${'-created_at,'.repeat(500)}`,
      'search=%25_%5C%27%22',
      'unknown=1&__proto__=2&constructor=3&toString=4',
      'search=a&search=b',
      '&&&=&==',
      '?',
      'search=%ff%fe',
      'search=%zz',
      '%00',
    ]) {
      const reply = await get(`/api/cafe/orders/?${query}`)
      t.ok([200, 400].includes(reply.status), `${query}: ${reply.status}`)
      t.equal(faultOf(reply), null, query)
    }
    t.match(await get('/api/cafe/orders/?search=%00'), { status: 400, body: { search: [/NUL/] } })
    t.match(await get(`/api/cafe/orders/?search=${'x'.repeat(201)}`), {
      status: 400,
      body: { search: [/200/] },
    })
    t.equal((await get(`/api/cafe/orders/?_=${'y'.repeat(15_000)}`)).status, 200, 'long and ignored')
  })
}
