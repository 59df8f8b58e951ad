/**
 * Divides an amount in proportion to weights, by largest remainder (Hare–Niemeyer). Shares are whole minor units and add
 * up to the amount; each differs from its exact value by less than one unit. No share exceeds its weight when the amount
 * does not exceed their sum. Of equal remainders the first wins. Weights and amount are not negative; when all weights
 * are zero the first share is the whole amount.
 */
export function prorate(amount: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? amount : 0))
  // the product of two amounts exceeds the safe integers
  const parts = weights.map((weight, index) => {
    const product = BigInt(amount) * BigInt(weight)
    return { index, share: Number(product / whole), remainder: product % whole }
  })
  const left = amount - parts.reduce((sum, { share }) => sum + share, 0)
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )
  for (const part of byRemainder.slice(0, left)) part.share += 1
  return parts.map(({ share }) => share)
}
