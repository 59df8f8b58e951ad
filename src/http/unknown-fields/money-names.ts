import { distance } from 'fastest-levenshtein'

/** Words that make a field one of money, wherever in its name they stand. */
export const moneyWords = [
  'amount',
  'price',
  'total',
  'discount',
  'tip',
  'fee',
  'sum',
  'cost',
  'tax',
  'charge',
  'surcharge',
  'deposit',
  'prepayment',
  'gratuity',
] as const

const known = new Set<string>([...moneyWords, ...moneyWords.map((word) => `${word}s`), 'taxes', 'gratuities'])
/** Long enough that a word one letter away is a slip of the finger and no other word. */
const long = moneyWords.filter((word) => word.length >= 5)

/** Whether a field speaks of money by its name: `tip_amount`, `unitPrice`, `amout`; not `multiple`, `description`. */
export const isMoneyName = (name: string): boolean => wordsOf(name.slice(0, 200)).some(isMoneyWord)

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)

const isMoneyWord = (word: string): boolean =>
  known.has(word) || (word.length >= 4 && long.some((money) => distance(word, money) === 1))
