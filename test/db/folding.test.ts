import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import t from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import { freshDatabase, onBoth } from '../support/database.ts'

t.test('how texts are compared', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })
    const folded = (texts: readonly string[]) =>
      database.acrossCompanies(async (tx) => {
        const list = sql.join(
          texts.map((text) => sql`(${text}::text)`),
          sql`, `,
        )
        const rows = await rowsOf<{ as: string }>(
          tx,
          sql`select folded(given) as as from (values ${list}) as texts (given)`,
        )
        return rows.map((row) => row.as)
      })

    await t.test('what people take for the same is the same, other letters are not', async (t) => {
      const pairs: [string, string][] = [
        ['Чёрный чай', 'черный чай'],
        ['ЁЛКА', 'елка'],
        ['Café crème', 'cafe creme'],
        ['Суп\u00a0дня', 'суп дня'],
        ['  Суп \t\u2009 дня\n', 'суп дня'],
        ['Айран'.normalize('NFD'), 'айран'],
        ['ЧАЙ', 'чай'],
        ['ﬁsh № ２', 'fish no 2'],
        ['Ма\u200bнты\u00ad', 'манты'],
        ['ΟΔΟΣ', 'οδοσ'],
        ['İstanbul', 'istanbul'],
        ['Ңан ӨҮ', 'ңан өү'],
        ['\u200b\u0301', ''],
        ['ў'.normalize('NFD'), 'ў'],
      ]
      t.strictSame(
        await folded(pairs.map(([given]) => given)),
        pairs.map(([, same]) => same),
      )
      const [withBreve, without] = await folded(['чай', 'чаи'])
      t.not(withBreve, without, 'й is no и')
    })

    await t.test('folding again changes nothing; case, form and blanks never matter', async (t) => {
      const text = fc.array(
        fc.oneof(
          fc.constantFrom(
            'й',
            'Ё',
            'é',
            'É',
            'и\u0306',
            'у\u0306',
            'Ǆ',
            'ß',
            '\u00a0',
            '  ',
            '\u200d',
            'a\u0301',
            '가',
          ),
          fc.string({ unit: 'grapheme', maxLength: 4 }),
          fc.integer({ min: 1, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
        ),
        { maxLength: 8 },
      )
      const texts = fc.sample(text, 400).map((parts) => parts.join('').replaceAll('\0', ''))
      const once = await folded(texts)
      t.strictSame(await folded(once), once)
      t.strictSame(await folded(texts.map((one) => one.normalize('NFD'))), once)
      t.strictSame(await folded(texts.map((one) => ` ${one.normalize('NFC')}\u3000`)), once)
    })
  }),
)
