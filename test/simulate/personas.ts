import type { Random } from '../chaos/random.ts'

/** Who works in a café, how long they think between two steps (simulated seconds), and what they do how often. */
export const personas = {
  waiter: {
    thinkSeconds: [20, 110],
    steps: {
      takeOrder: 30,
      addLine: 16,
      changeLine: 8,
      removeLine: 5,
      sendWholeList: 10,
      changeGuests: 4,
      move: 6,
      merge: 4,
      split: 5,
      cancel: 3,
      closeByHand: 2,
      pay: 3,
    },
  },
  cook: { thinkSeconds: [15, 60], steps: { claim: 20, claimOne: 10, ready: 30, recall: 3, acknowledge: 4 } },
  cashier: {
    thinkSeconds: [15, 70],
    steps: { pay: 60, payDebt: 8, refund: 5, refundItem: 5, stop: 5, putBack: 6, count: 3, reopen: 3 },
  },
} as const satisfies Record<string, { thinkSeconds: [number, number]; steps: Record<string, number> }>

export type Persona = keyof typeof personas
export type Step<P extends Persona> = keyof (typeof personas)[P]['steps'] & string

/** What somebody does next, by the weights of the persona. */
export function nextStep<P extends Persona>(persona: P, random: Random): Step<P> {
  const steps = Object.entries(personas[persona].steps) as [Step<P>, number][]
  let left = random.next() * steps.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [step, weight] of steps) if ((left -= weight) < 0) return step
  return steps[0]![0]
}

/** How busy each hour is from opening at eight on: breakfast, lunch, a quiet afternoon, dinner. 1 is a usual hour. */
const bustle = [0.6, 1, 0.7, 0.8, 1.4, 1.6, 1, 0.6, 0.6, 1, 1.5, 1.6, 1.3, 0.8]
export const openingHour = 8
export const openHours = bustle.length

export const bustleAt = (hour: number): number => bustle[Math.max(0, Math.floor(hour) - openingHour)] ?? 1

/** `13:05` */
export function clockText(hour: number): string {
  const minutes = Math.floor(hour * 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
