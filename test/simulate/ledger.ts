/** What clients were answered: the books must say the same. */
export interface Ledger {
  /** Every order that was answered, also those that were merged away later. */
  readonly orders: Map<string, Numbered>
  /** Money taken and given back per order, in minor units. */
  readonly paid: Map<string, number>
  readonly refunded: Map<string, number>
  /** By the note each line carries as its mark. */
  readonly lines: Map<string, Line>
  /** Orders whose unfinished dishes may have been called off, by closing them without payment. */
  readonly calledOff: Set<string>
}

interface Numbered {
  readonly branch: string
  readonly day: string
  readonly number: number
}

/**
 * Kept from the moment a client asks for it: others may see it on their devices, change it and take it off before the
 * client has its answer.
 */
export interface Line {
  readonly order: string
  mostUnits: number
  isAnswered: boolean
  /** True as soon as somebody tried to. */
  isTakenOff: boolean
}

export const isExpected = ({ isAnswered, isTakenOff }: Line): boolean => isAnswered && !isTakenOff

export const emptyLedger = (): Ledger => ({
  orders: new Map(),
  paid: new Map(),
  refunded: new Map(),
  lines: new Map(),
  calledOff: new Set(),
})

export function addMoney(sums: Map<string, number>, order: string, amount: number): void {
  sums.set(order, (sums.get(order) ?? 0) + amount)
}

/** `"12.30"` → 1230 */
export const minor = (text: string): number => Math.round(Number(text) * 100)
/** 1230 → `"12.30"` */
export const money = (amount: number): string => (amount / 100).toFixed(2)
