/**
 * An amount divided in proportion to weights, by largest remainder (Hare–Niemeyer): shares are whole minor units, their
 * sum is the amount, each is off its exact value by less than one unit, and none is above its weight when the amount is
 * not above their sum. Equal remainders go to the first. Weights and amount are not negative; without any weight
 * everything goes to the first.
 */
export function prorate(amount: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? amount : 0))
  // products of two amounts are beyond what a float counts exactly
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
