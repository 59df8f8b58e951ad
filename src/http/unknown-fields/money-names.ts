import { distance } from 'fastest-levenshtein'

/** Words that make a field one of money, anywhere in its name. */
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
/** From this length on, a word one letter away is a typing error and no other word. */
const long = moneyWords.filter((word) => word.length >= 5)

/** Whether the name of a field means money: `tip_amount`, `unitPrice`, `amout`; not `multiple`, `description`. */
export const isMoneyName = (name: string): boolean => wordsOf(name.slice(0, 200)).some(isMoneyWord)

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)

const isMoneyWord = (word: string): boolean =>
  known.has(word) || (word.length >= 4 && long.some((money) => distance(word, money) === 1))
