import { ResizeFit, Transformer } from '@napi-rs/image'
import { mkdtemp, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isNotNull } from 'drizzle-orm'
import { imageSize } from 'image-size'
import t from 'tap'
import type { Test } from 'tap'
import type { PictureFolder } from '../../../src/cafe/pictures/storage/folder.ts'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import { menuImages, menuItems } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import type { DatabaseKind } from '../../support/database.ts'
import { rig } from '../../support/rig.ts'
import { startBucket } from '../../support/s3.ts'
import { announcedBy } from '../log.ts'
import type { List } from '../people.ts'
import { sender } from './forms.ts'
import { phonePhoto, picture, pngThatSays } from './photos.ts'

const path = '/api/cafe/menu-items/'

for (const place of ['database', 'folder', 'bucket'] as const)
  t.test(`pictures of dishes in the ${place}`, (t) => onBoth(t, (t, kind) => promises(t, kind, place)))

async function objectsIn(bucket: PictureFolder): Promise<{ name: string }[]> {
  const inAnHour = new Date(Date.now() + 3_600_000)
  const names: string[] = []
  for (let id = await bucket.companyAfter(null); id; id = await bucket.companyAfter(id))
    names.push(...(await bucket.olderFiles(id, inAnHour)))
  return names.map((name) => ({ name }))
}

async function promises(t: Test, kind: DatabaseKind, place: 'database' | 'folder' | 'bucket'): Promise<void> {
  const folder = await mkdtemp(join(rig().folder, 'pictures-'))
  const env: Record<string, string> =
    place === 'bucket' ? (await startBucket(t)).env : place === 'folder' ? { MENU_IMAGES_DIR: folder } : {}
  const cafe = await startApp(t, { kind, env })
  const [owner, cook] = [cafe.as('owner'), cafe.as('cook1')]
  const dishes = (await owner.get<List<MenuItemRead>>(path)).body.results
  const [soup, tea, bread] = [dishes[0]!, dishes[1]!, dishes[2]!]
  const send = sender(cafe)
  const fetched = async (url: string, headers: Record<string, string> = {}) => {
    const reply = await cafe.app.inject({ url, headers })
    return { status: reply.statusCode, headers: reply.headers, content: reply.rawPayload }
  }
  /** Names of what is kept, in their order. */
  const kept = async (): Promise<string[]> => {
    const rows = await cafe.database.acrossCompanies((tx) =>
      tx.select({ name: menuImages.name }).from(menuImages),
    )
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const objects = place === 'bucket' ? await objectsIn(cafe.pictureFolder!) : []
    const places = { database: rows, folder: files, bucket: objects }
    for (const other of Object.keys(places) as (keyof typeof places)[])
      if (other !== place) t.equal(places[other].length, 0, `nothing in the ${other}`)
    return places[place].map(({ name }) => name).sort()
  }

  await t.test('are drawn anew from JPEG, PNG and WebP, and served to who knows the address', async (t) => {
    for (const file of [
      await picture().jpeg(90),
      await picture().png(),
      await picture().resize({ width: 30, height: 30, fit: ResizeFit.Inside }).webp(90),
    ]) {
      const { status, body } = await send('owner', 'PATCH', `${path}${soup.id}/`, { image: file })
      t.equal(status, 200, JSON.stringify(body))
      t.match(body.image, /^\/api\/menu-images\/[0-9a-f-]{36}\/[0-9a-f]{32}\.[0-9a-f]{16}\.webp$/)
      t.equal(body.image_url, `http://localhost:80${body.image}`)
      const got = await fetched(body.image!)
      t.equal(got.status, 200)
      t.match(got.headers, {
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': /default-src 'none'/,
        etag: `"${body.image!.split('.')[1]}"`,
      })
      const { width, height, type } = imageSize(file)
      t.match(imageSize(got.content), { width, height, type: 'webp' }, String(type))
      const known = await fetched(body.image!, { 'if-none-match': String(got.headers.etag) })
      t.match([known.status, known.content.length], [304, 0])
      t.strictSame(await kept(), [basename(body.image!)], 'and the one before is gone')
    }
    const read = await cook.get<MenuItemRead>(`${path}${soup.id}/`)
    t.match(read.body, { image: String, title: soup.title, price: soup.price })
    const listed = await owner.get<List<MenuItemRead>>(path, { headers: { host: 'cafe.example' } })
    t.equal(listed.body.results[0]!.image_url, `http://cafe.example${read.body.image}`)
    const told = await announcedBy(cafe.database, () => owner.patch(`${path}${soup.id}/`, { stopped: true }))
    t.match(told[0]!.data, { menu_item: { image: read.body.image, image_url: read.body.image } })
    await owner.patch(`${path}${soup.id}/`, { stopped: false })
  })

  await t.test(
    'keep nothing of the photo but what is seen: upright, and no word of where it was',
    async (t) => {
      const photo = await phonePhoto()
      t.ok(photo.includes('Toktogul'))
      t.match(imageSize(photo), { orientation: 6, width: 60, height: 40 })
      const { body } = await send('owner', 'PATCH', `${path}${soup.id}/`, { image: photo })
      const { content } = await fetched(body.image!)
      t.match(imageSize(content), { width: 40, height: 60 })
      t.notOk(content.includes('Toktogul'))
      const pixels = await new Transformer(content).rawPixels()
      const channels = pixels.length / (40 * 60)
      t.ok(pixels[0]! > 150 && pixels[2]! < 100, 'red, that was on the left, is above')
      t.ok(pixels[pixels.length - channels]! < 100, 'and blue below')
    },
  )

  await t.test('that are large are brought down', async (t) => {
    const { body } = await send('owner', 'PATCH', `${path}${soup.id}/`, {
      image: await picture(3200, 800).jpeg(70),
    })
    t.match(imageSize((await fetched(body.image!)).content), { width: 1600, height: 400 })
  })

  await t.test('come with the fields of a dish, new or old', async (t) => {
    const fields = {
      title: 'Окрошка',
      category: soup.category,
      price: '210.50',
      kitchen: '',
      is_active: 'true',
      portions_left: '7',
    }
    const made = await send('owner', 'POST', path, { ...fields, image: await picture().png() })
    t.match([made.status, made.body], [201, { ...fields, kitchen: null, is_active: true, portions_left: 7 }])
    t.ok(made.body.image)
    const changed = await send('owner', 'PATCH', `${path}${made.body.id}/`, { price: '200' })
    t.match(changed.body, { price: '200.00', image: made.body.image }, 'a form without a file keeps it')
    t.match(await send('owner', 'POST', path, { title: '', price: 'даром', is_active: 'maybe' }), {
      status: 400,
      body: { title: [String], price: [String], is_active: [String], category: ['Обязательное поле.'] },
    })
    const gone = (await fetched(made.body.image!)).status
    await owner.delete(`${path}${made.body.id}/`)
    t.match([gone, (await fetched(made.body.image!)).status], [200, 404], 'and go with the dish')
  })

  await t.test('are taken away by null, and by nothing else', async (t) => {
    const { body } = await send('owner', 'PATCH', `${path}${tea.id}/`, { image: await picture().png() })
    const one = `${path}${tea.id}/`
    const { image } = body
    t.match((await owner.patch(one, { image, position: 3 })).body, { image }, 'sent back as it was read')
    t.match((await owner.patch(one, { image: '/api/menu-images/x' })).body, { image })
    const { title, category, price } = tea
    t.match((await owner.put(one, { title, category, price })).body, { image }, 'a PUT without it')
    t.match((await owner.patch(one, { image: null })).body, { image: null, image_url: null })
    t.equal((await fetched(image!)).status, 404)
    await send('owner', 'PATCH', one, { image: await picture().png() })
    t.match(
      (await send('owner', 'PATCH', one, { image: '' })).body,
      { image: null },
      'an empty field of a form',
    )
    t.match(await owner.patch(one, { image: 7 }), { status: 400, body: { image: [String] } })
  })

  await t.test('that are none are refused on their field', async (t) => {
    const before = await kept()
    const jpeg = await picture(300, 300).jpeg(95)
    for (const [what, file] of [
      ['a script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
      ['a text', Buffer.from('Меню на май')],
      ['an empty file', Buffer.alloc(0)],
      ['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
      ['half of a JPEG', jpeg.subarray(0, 600)],
      ['a PNG that ends in its header', (await picture().png()).subarray(0, 40)],
      ['a BMP', Buffer.from(await picture().bmp())],
    ] as const) {
      const { status, body } = await send('owner', 'PATCH', `${path}${bread.id}/`, { image: file })
      t.match([status, body], [400, { image: [/JPEG, PNG или WebP/] }], what)
    }
    t.match(
      await send('owner', 'PATCH', `${path}${bread.id}/`, { image: await pngThatSays(30_000, 30_000) }),
      { status: 400, body: { image: [/30000×30000 .* 24 мегапикселей/] } },
      'one that would unfold into gigabytes is not unfolded',
    )
    t.match(await send('owner', 'PATCH', `${path}${bread.id}/`, { menu: await picture().png() }), {
      status: 400,
      body: { menu: ['В этом поле ожидается текст, а не файл.'] },
    })
    t.match((await owner.get(`${path}${bread.id}/`)).body, { image: null })
    t.strictSame(await kept(), before)
  })

  await t.test('that are too large are 413, and forms that are none 400', async (t) => {
    const large = Buffer.concat([await picture().png(), Buffer.alloc(5 * 1024 * 1024)])
    t.match(await send('owner', 'PATCH', `${path}${bread.id}/`, { image: large }), {
      status: 413,
      body: { code: 'payload_too_large' },
    })
    const raw = async (payload: string, type = 'multipart/form-data; boundary=x') => {
      const headers = { authorization: `Bearer ${await cafe.tokenOf('owner')}`, 'content-type': type }
      const reply = await cafe.app.inject({ method: 'PATCH', url: `${path}${bread.id}/`, headers, payload })
      return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
    }
    const broken = { status: 400, body: { non_field_errors: [String] } }
    t.match(await raw('no form at all'), broken)
    t.match(await raw('--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nБез кон'), broken)
    t.match(await raw('', 'multipart/form-data'), broken)
    t.match(
      await raw('--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n{}\r\n--x--\r\n'),
      broken,
    )
    const elsewhere = await send('owner', 'POST', '/api/cafe/zones/', { title: 'Терраса' })
    t.equal(elsewhere.status, 415, 'only dishes have pictures')
  })

  await t.test('are changed by who may change the menu', async (t) => {
    const file = await picture().png()
    const { body } = await send('owner', 'PATCH', `${path}${bread.id}/`, { image: file })
    for (const who of ['cook1', 'waiter1'] as const) {
      t.equal((await send(who, 'PATCH', `${path}${bread.id}/`, { image: file })).status, 403)
      t.equal((await cafe.as(who).patch(`${path}${bread.id}/`, { image: null })).status, 403)
    }
    t.equal((await send('owner2', 'PATCH', `${path}${bread.id}/`, { image: file })).status, 404)
    t.equal((await cafe.as('owner2').patch(`${path}${bread.id}/`, { image: null })).status, 404)
    t.equal((await fetched(body.image!)).status, 200)
    const signedOut = await cafe.app.inject({ method: 'PATCH', url: `${path}${bread.id}/`, payload: {} })
    t.equal(signedOut.statusCode, 401)
  })

  await t.test('are found by their whole address alone', async (t) => {
    const { body } = await send('owner', 'PATCH', `${path}${bread.id}/`, { image: await picture().png() })
    const [, company, name] = /([0-9a-f-]{36})\/(.*)$/.exec(body.image!)!
    const [key, hash] = name!.split('.')
    const theirs = (await cafe.as('owner2').get<{ id: string }>('/api/users/company/')).body.id
    const base = '/api/menu-images/'
    for (const url of [
      base,
      `${base}${company}/`,
      `${base}${theirs}/${name}`,
      `${base}${company}/${key}.${'0'.repeat(16)}.webp`,
      `${base}${company}/${'0'.repeat(32)}.${hash}.webp`,
      `${base}${company}/%25.webp`,
      `${base}${company}/..%2f${name}`,
      `${base}x/${name}`,
    ])
      t.match(await fetched(url), { status: 404 }, url)
    t.equal((await fetched(`${base}${company}/${name}/?x=1`)).status, 200)
  })

  await t.test('sent again with the same key are one dish, with another picture a fault', async (t) => {
    const fields = { title: 'Лагман', category: soup.category, price: '300' }
    const headers = { 'idempotency-key': 'lagman' }
    const file = await picture().png()
    const first = await send('owner', 'POST', path, { ...fields, image: file }, headers)
    const again = await send('owner', 'POST', path, { ...fields, image: file }, headers)
    t.strictSame([again.status, again.body], [201, first.body])
    const other = await send(
      'owner',
      'POST',
      path,
      { ...fields, image: await picture(20, 20).png() },
      headers,
    )
    t.match(other, { status: 422, body: { code: 'idempotency_key_reused' } })
  })

  await t.test('of two that come at once one stays, and nothing of the other', async (t) => {
    const files = [await picture(30, 30).png(), await picture(50, 50).png()]
    for (let round = 0; round < 5; round++) {
      await Promise.all(files.map((image) => send('owner', 'PATCH', `${path}${soup.id}/`, { image })))
      const referred = await cafe.database.acrossCompanies((tx) =>
        tx.select({ image: menuItems.image }).from(menuItems).where(isNotNull(menuItems.image)),
      )
      t.strictSame(await kept(), referred.map(({ image }) => image!).sort())
    }
  })
}
