import fc from 'fast-check'
import t from 'tap'
import { maxMoney } from '../../src/money/money.ts'
import { prorate } from '../../src/money/prorate.ts'

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
const amount = fc.integer({ min: 0, max: maxMoney })

t.test('shares add up to the amount, each within a minor unit of its part', async () => {
  fc.assert(
    fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 20 }), (whole, weights) => {
      const shares = prorate(whole, weights)
      const weight = sum(weights)
      if (sum(shares) !== whole) throw new Error('a minor unit was lost or made')
      if (weight === 0) return
      for (const [index, share] of shares.entries()) {
        const exact = BigInt(whole) * BigInt(weights[index]!)
        const off = BigInt(share) * BigInt(weight) - exact
        if (off >= BigInt(weight) || -off >= BigInt(weight)) throw new Error('off by a whole minor unit')
        if (whole <= weight && share > weights[index]!) throw new Error('a share above its weight')
      }
    }),
    { numRuns: 1000 },
  )
})
