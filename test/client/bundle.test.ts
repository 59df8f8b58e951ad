import { readFile } from 'node:fs/promises'
import t from 'tap'
import { startApp } from '../support/app.ts'
import { bundleFile, clientBundle } from './bundle.ts'

t.test('the bundle is that of the sources: npm run client:bundle', async (t) => {
  t.ok((await readFile(bundleFile, 'utf8')) === (await clientBundle()), 'web/client.js is up to date')
})

t.test('the service serves it, and says when it has not changed', async (t) => {
  const { app } = await startApp(t, { kind: 'embedded', content: 'empty' })
  const first = await app.inject('/client.js')
  t.match(first, {
    statusCode: 200,
    headers: { 'content-type': /^text\/javascript/, 'cache-control': 'no-cache' },
  })
  t.equal(first.body, await readFile(bundleFile, 'utf8'))
  const etag = String(first.headers['etag'])
  const again = await app.inject({ url: '/client.js', headers: { 'if-none-match': etag } })
  t.match(again, { statusCode: 304, body: '', headers: { etag } })
  const other = await app.inject({ url: '/client.js', headers: { 'if-none-match': '"other"' } })
  t.equal(other.statusCode, 200)
})
