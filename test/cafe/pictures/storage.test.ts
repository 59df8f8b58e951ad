import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { startPictureRetention } from '../../../src/retention/pictures.ts'
import { databasePictures } from '../../../src/cafe/pictures/storage/database-repository.ts'
import { folderPictures } from '../../../src/cafe/pictures/storage/file-storage.ts'
import { openPictureFolder } from '../../../src/cafe/pictures/storage/folder.ts'
import { openPicturePlace } from '../../../src/cafe/pictures/storage/open.ts'
import { pictureName } from '../../../src/cafe/pictures/name.ts'
import type { PictureStorage } from '../../../src/cafe/pictures/storage/picture-storage.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { readConfig } from '../../../src/config/config.ts'
import { StartupError } from '../../../src/config/startup-error.ts'
import type { Database } from '../../../src/db/database.ts'
import { menuItems } from '../../../src/db/schema/index.ts'
import { createChanges } from '../../../src/events/changes.ts'
import { freshDatabase, onBoth } from '../../support/database.ts'
import { failOnLeaks } from '../../support/leaks.ts'
import { rig } from '../../support/rig.ts'
import { startBucket } from '../../support/s3.ts'

const newFolder = () => mkdtemp(join(rig().folder, 'pictures-'))
const newName = () => pictureName({ content: Buffer.alloc(0), hash: randomBytes(32).toString('hex') })

/** A dish of the demo café, and changes of its company. */
async function kitchenOf(database: Database) {
  const [dish] = await database.acrossCompanies((tx) =>
    tx.select({ id: menuItems.id, companyId: menuItems.companyId }).from(menuItems).limit(1),
  )
  const { id: menuItemId, companyId } = dish!
  const { change } = createChanges({ database, clock: systemClock, publish: () => {} })
  return {
    menuItemId,
    companyId,
    change: <T>(work: Parameters<typeof change<T>>[1]) => change(companyId, work),
    refer: (image: string | null) =>
      database.inCompany(companyId, (tx) =>
        tx.update(menuItems).set({ image }).where(eq(menuItems.id, menuItemId)),
      ),
  }
}

const stores: Record<string, (database: Database) => Promise<PictureStorage>> = {
  database: async (database) => databasePictures(database),
  folder: async (database) =>
    folderPictures(await openPictureFolder(await newFolder()), databasePictures(database)),
  bucket: async (database) => {
    const { env } = await startBucket(t)
    return folderPictures((await openPicturePlace(readConfig(env)))!, databasePictures(database))
  },
}

for (const [place, open] of Object.entries(stores))
  t.test(`pictures in the ${place}`, (t) =>
    onBoth(t, async (t, kind) => {
      const { database } = await freshDatabase(t, { kind, content: 'demo' })
      const store = await open(database)
      const { companyId, menuItemId, change } = await kitchenOf(database)
      const content = randomBytes(100_000)
      const keep = async () => {
        const name = newName()
        await change((tx) => store.keep(tx, { companyId, menuItemId, name, content }))
        return name
      }

      await t.test('are found as they were kept, by their own name and company', async (t) => {
        const name = await keep()
        t.ok((await store.find(companyId, name))?.equals(content))
        t.equal(await store.find(companyId, newName()), null)
        t.equal(await store.find(uuidv7(), name), null)
        for (const stray of ['', '..', `../${companyId}/${name}`, `./${name}`, `${name}/`, `${name}\0`])
          t.equal(await store.find(companyId, stray).catch(() => null), null, JSON.stringify(stray))
        await change((tx) => store.drop(tx, companyId, name))
      })

      await t.test('go when the change that drops them is committed, and stay when it is not', async (t) => {
        const name = await keep()
        const broken = change(async (tx) => {
          await store.drop(tx, companyId, name)
          throw new Error('changed my mind')
        })
        await t.rejects(broken, { message: 'changed my mind' })
        t.ok(await store.find(companyId, name), 'a dish may still refer to it')
        await change((tx) => store.drop(tx, companyId, name))
        t.equal(await store.find(companyId, name), null)
        await t.resolves(
          change((tx) => store.drop(tx, companyId, name)),
          'twice is once',
        )
      })

      await t.test('are there before the commit of what refers to them', async (t) => {
        const name = newName()
        await change(async (tx) => {
          await store.keep(tx, { companyId, menuItemId, name, content })
          if (place !== 'database') t.ok((await store.find(companyId, name))?.equals(content))
        })
        t.ok((await store.find(companyId, name))?.equals(content))
      })
    }),
  )

t.test('pictures kept in the database before a folder was chosen stay, until they are dropped', async (t) => {
  const { database } = await freshDatabase(t, { content: 'demo' })
  const { companyId, menuItemId, change } = await kitchenOf(database)
  const before = databasePictures(database)
  const after = folderPictures(await openPictureFolder(await newFolder()), before)
  const name = newName()
  const content = randomBytes(100)
  await change((tx) => before.keep(tx, { companyId, menuItemId, name, content }))
  t.ok((await after.find(companyId, name))?.equals(content))
  await change((tx) => after.drop(tx, companyId, name))
  t.equal(await before.find(companyId, name), null)
})

t.test('a folder that fails is 503, and leaves nothing half written', async (t) => {
  const { database } = await freshDatabase(t, { content: 'demo' })
  const { companyId, menuItemId, change } = await kitchenOf(database)
  const path = await newFolder()
  const store = folderPictures(await openPictureFolder(path), databasePictures(database))
  const name = newName()
  const keep = () => change((tx) => store.keep(tx, { companyId, menuItemId, name, content: randomBytes(10) }))
  await mkdir(join(path, companyId, name), { recursive: true })
  await t.rejects(keep(), { code: 'unavailable' }, 'something is in its place')
  t.strictSame(await readdir(join(path, companyId)), [name])
  await rm(path, { recursive: true })
  await writeFile(path, '')
  await t.rejects(keep(), { code: 'unavailable' })
  await t.rejects(store.find(companyId, name), { code: 'unavailable' })
})

t.test('no name leads out of the folder', async (t) => {
  const path = await newFolder()
  const folder = await openPictureFolder(join(path, 'pictures'))
  const [companyId, name] = [uuidv7(), newName()]
  await mkdir(join(path, 'pictures', companyId))
  await writeFile(join(path, name), 'not yours')
  for (const [company, file] of [
    ['..', name],
    ['.', name],
    ['', name],
    [`${companyId}/../..`, name],
    [companyId, `../../${name}`],
    [companyId, '..'],
    [companyId, `.${name}/../../.${'0'.repeat(16)}.tmp`],
  ] as const) {
    await t.rejects(folder.read(company, file), /no (company|picture)/)
    await t.rejects(folder.write(company, file, Buffer.from('mine')), /no (company|picture)/)
    await t.rejects(folder.remove(company, file), /no (company|picture)/)
  }
  t.strictSame((await readdir(path)).sort(), [name, 'pictures'].sort())
})

t.test('a bucket that refuses stops the start; one that is away is 503 until it is back', async (t) => {
  const { database } = await freshDatabase(t, { content: 'demo' })
  const { companyId, menuItemId, change } = await kitchenOf(database)
  const bucket = await startBucket(t)
  const open = (env: Record<string, string>) => openPicturePlace(readConfig({ ...bucket.env, ...env }))
  const MENU_IMAGES_S3 = bucket.env.MENU_IMAGES_S3.replace('/pictures', '/nobody-s')
  await t.rejects(open({ MENU_IMAGES_S3 }), StartupError)
  const store = folderPictures((await open({}))!, databasePictures(database))
  await bucket.stop()
  const name = newName()
  const keep = change((tx) => store.keep(tx, { companyId, menuItemId, name, content: randomBytes(10) }))
  await t.rejects(keep, { code: 'unavailable' })
  await t.rejects(store.find(companyId, name), { code: 'unavailable' })
  await t.resolves(open({}), 'the service starts without it')
})

t.test('the clean-up finds companies and pictures in a bucket', async (t) => {
  const { database } = await freshDatabase(t, { content: 'demo' })
  const { companyId, refer } = await kitchenOf(database)
  const folder = (await openPicturePlace(readConfig((await startBucket(t)).env)))!
  const companies = [companyId, uuidv7(), uuidv7()].sort()
  const names = new Map<string, string[]>()
  for (const company of companies) {
    names.set(company, [newName(), newName()])
    for (const name of names.get(company)!) await folder.write(company, name, Buffer.from('x'))
  }
  const found: string[] = []
  for (let id = await folder.companyAfter(null); id; id = await folder.companyAfter(id)) found.push(id)
  t.strictSame(found, companies)
  t.strictSame(await folder.olderFiles(companyId, new Date(Date.now() - 60_000)), [], 'none is so old')

  const [stays, goes] = names.get(companyId)!
  await refer(stays!)
  const cleanUp = startPictureRetention({
    database,
    folder,
    intervalMs: 3_600_000,
    clock: () => new Date(Date.now() + 7_200_000),
    log: pino({ level: 'silent' }),
    registry: new Registry(),
  })
  t.equal(await cleanUp.cleanUp(), 1)
  await cleanUp.stop()
  t.ok(await folder.read(companyId, stays!))
  t.equal(await folder.read(companyId, goes!), null)
  const [stranger] = companies.filter((id) => id !== companyId)
  t.ok(await folder.read(stranger!, names.get(stranger!)![0]!), 'of a company that another database has')
  for (const [company, name] of [
    ['..', stays],
    [companyId, '../x'],
  ] as const)
    await t.rejects(folder.read(company, name!), /no (company|picture)/)
})

t.test('the clean-up removes what no dish refers to, when it is older than an hour', (t) =>
  onBoth(t, async (t, kind) => {
    failOnLeaks(t)
    const { database } = await freshDatabase(t, { kind, content: 'demo' })
    const { companyId, menuItemId, change, refer } = await kitchenOf(database)
    const path = await newFolder()
    const folder = await openPictureFolder(path)
    const store = folderPictures(folder, databasePictures(database))
    const stranger = uuidv7()
    const minutesAgo = async (minutes: number, company: string, file: string) => {
      await mkdir(join(path, company), { recursive: true })
      await writeFile(join(path, company, file), 'x')
      const then = new Date(Date.now() - minutes * 60_000)
      await utimes(join(path, company, file), then, then)
      return file
    }

    const rolledBack = newName()
    const broken = change(async (tx) => {
      await store.keep(tx, { companyId, menuItemId, name: rolledBack, content: randomBytes(10) })
      throw new Error('changed my mind')
    })
    await t.rejects(broken, { message: 'changed my mind' })
    t.ok(await folder.read(companyId, rolledBack), 'left behind')
    const stays = [
      await minutesAgo(50, companyId, newName()),
      await minutesAgo(600, companyId, 'menu.pdf'),
      await minutesAgo(600, companyId, newName()),
    ]
    await refer(stays[2]!)
    await minutesAgo(61, companyId, rolledBack)
    await minutesAgo(61, companyId, newName())
    await minutesAgo(61, companyId, `.${newName()}.${'0'.repeat(16)}.tmp`)
    const theirs = [await minutesAgo(600, stranger, newName())]
    const elsewhere = [await minutesAgo(600, 'backup', newName())]

    const cleanUp = startPictureRetention({
      database,
      folder,
      intervalMs: 3_600_000,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      registry: new Registry(),
    })
    t.equal(await cleanUp.cleanUp(), 3)
    t.equal(await cleanUp.cleanUp(), 0)
    await cleanUp.stop()
    t.strictSame((await readdir(join(path, companyId))).sort(), [...stays].sort())
    t.strictSame(await readdir(join(path, stranger)), theirs, 'of a company that another database has')
    t.strictSame(await readdir(join(path, 'backup')), elsewhere)
  }),
)
