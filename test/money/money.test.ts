import fc from 'fast-check'
import t from 'tap'
import { formatMoney, parseMoney } from '../../src/money/money.ts'

t.test('money survives the way to text and back', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (amount) => {
      t.equal(parseMoney(formatMoney(amount)), amount)
    }),
    { numRuns: 200 },
  )
})

t.test('what is no amount of money is refused', async (t) => {
  for (const text of [
    '',
    '1.',
    '.5',
    '1.005',
    '1e3',
    '٣',
    '1,5',
    'NaN',
    '99999999999.00',
    ' 1',
    '+1',
    '0x1',
  ]) {
    t.throws(() => parseMoney(text), RangeError, text)
  }
  for (const number of [Number.NaN, Infinity, 0.001, 1e21, 1.005])
    t.throws(() => parseMoney(number), `${number}`)
  t.equal(parseMoney('0.10'), 10)
  t.equal(parseMoney('0.1'), 10)
  t.equal(parseMoney(0.29), 29)
  t.equal(parseMoney('1.500'), 150)
})
