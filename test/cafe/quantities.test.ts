import fc from 'fast-check'
import t from 'tap'
import { measure, quantityOf, thousandthsOf, totalOf } from '../../src/cafe/quantities.ts'

t.test('weights are grams, and money is rounded once, half up', async (t) => {
  const cases: [price: number, grams: number, total: number][] = [
    [333, 500, 167],
    [1, 499, 0],
    [1, 500, 1],
    [30_000, 1250, 37_500],
    [999, 1, 1],
    [499, 1, 0],
  ]
  for (const [price, quantity, total] of cases)
    t.equal(totalOf({ price, quantity, saleUnit: 'kg' }), total, `${quantity} g at ${price}`)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), (grams) => {
      const wire = quantityOf({ quantity: grams, saleUnit: 'kg' })
      if (measure(thousandthsOf(Number(JSON.stringify(wire))), 'kg') !== grams) throw new Error(`${grams}`)
    }),
  )
  fc.assert(
    fc.property(fc.nat(99_999_999), fc.integer({ min: 1, max: 999_999 }), (price, quantity) => {
      const exact = (BigInt(price) * BigInt(quantity) * 2n + 1000n) / 2000n
      if (BigInt(totalOf({ price, quantity, saleUnit: 'kg' })) !== exact)
        throw new Error(`${price} ${quantity}`)
    }),
  )
})
