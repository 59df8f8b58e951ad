import { eq } from 'drizzle-orm'
import t from 'tap'
import type { FieldError } from '../../../src/http/errors.ts'
import { clients, companies } from '../../../src/db/schema/index.ts'
import { findDuplicatePhones } from '../../../src/db/diagnose/phones.ts'
import { countryOf, digitsOf, digitsWithin, phoneLine, readPhone } from '../../../src/http/phones.ts'
import { freshDatabase } from '../../support/database.ts'

t.test('a number is the same however it is written', async (t) => {
  const forms = [
    ' +996 (555) 12-34-56 ',
    '0555123456',
    '0555 12 34 56',
    '996555123456',
    '00996-555-123-456',
    '555123456',
  ]
  for (const form of [...forms, '＋９９６ ５５５ １２３４５６'])
    t.strictSame(readPhone(form, 'KG'), { number: '+996555123456', extension: '' }, form)
  t.equal(readPhone('8 (495) 123-45-67', 'RU').number, '+74951234567')
  t.equal(readPhone('7 916 123-45-67', 'KG').number, '+79161234567', 'another country, without its plus')
})

t.test('an extension is kept apart', async (t) => {
  for (const form of [
    '0312 12-34-56 доб. 12',
    '+996 312 123456 ext 12',
    '+996312123456;ext=12',
    '0312123456 вн. 12',
    '0312123456 #12',
  ])
    t.strictSame(readPhone(form, 'KG'), { number: '+996312123456', extension: '12' }, form)
  t.equal(phoneLine('0312 123456 доб. 12', 'KG'), '+996312123456;ext=12')
})

t.test('what is no possible number keeps its digits, what would lose something is refused', async (t) => {
  for (const [form, number] of [
    ['101', '101'],
    ['05 55', '0555'],
    ['8 (495) 123-45-67', '84951234567'],
    ['  ', ''],
  ] as const)
    t.equal(readPhone(form, 'KG').number, number, form)
  const refused: [string, string][] = [
    ['нет телефона', 'not_a_phone'],
    ['0555123456 Айгуль', 'not_a_phone'],
    ['1'.repeat(21), 'too_long'],
    ['0555123456, 0700123456', 'two_phones'],
    ['0555123456 0700123456', 'two_phones'],
    ['0555123456 / 0700123456', 'two_phones'],
    ['0555 123456 или 0700 123456', 'two_phones'],
  ]
  for (const [form, key] of refused) {
    try {
      t.fail(JSON.stringify(readPhone(form, 'KG')))
    } catch (error) {
      t.match((error as FieldError).errors, { phone: [{ key }] }, form)
    }
  }
})

t.test('what somebody looks for', async (t) => {
  t.equal(digitsOf('+996 (555) 12'), '99655512')
  t.equal(digitsOf('Ким 5'), null)
  t.equal(digitsOf('+-'), null)
  t.strictSame(digitsWithin('0555123'), ['0555123', '555123'])
  t.strictSame(digitsWithin('84951234567'), ['84951234567', '4951234567'])
  t.strictSame(['Asia/Bishkek', 'Europe/Moscow', 'Asia/Calcutta', 'UTC'].map(countryOf), [
    'KG',
    'RU',
    'IN',
    'KG',
  ])
})

t.test('clients from before are read once, and none is lost where two have one number', async (t) => {
  const { database } = await freshDatabase(t, { kind: 'embedded' })
  const rows = await database.acrossCompanies(async (tx) => {
    const [company] = await tx.insert(companies).values({ name: 'Кафе', slug: 'kafe' }).returning()
    const phones = ['0555123456', '996555123456', '+996700111222', '101', '']
    for (const phone of phones)
      await tx.insert(clients).values({ companyId: company!.id, name: phone || 'нет', phone })
    return { company: company! }
  })
  await database.migrate()
  const after = await database.acrossCompanies((tx) =>
    tx.select().from(clients).where(eq(clients.companyId, rows.company.id)).orderBy(clients.id),
  )
  t.strictSame(
    after.map(({ name, phone, phoneTyped }) => [name, phone, phoneTyped]),
    [
      ['0555123456', '+996555123456', '0555123456'],
      ['996555123456', '996555123456', '996555123456'],
      ['+996700111222', '+996700111222', '+996700111222'],
      ['101', '101', '101'],
      ['нет', '', null],
    ],
  )
  t.strictSame(await findDuplicatePhones(database), [
    { company: rows.company.id, client: after[1]!.id, other: after[0]!.id },
  ])
})
