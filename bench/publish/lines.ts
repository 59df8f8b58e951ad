import { createInterface } from 'node:readline'
import type { Publisher, Work } from './publisher.ts'

/** Carries out the lines of standard input, each answered by one line of JSON on standard output. */
export async function obeyLines(publisher: Publisher): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') answer(await obey(publisher, line.trim().split(/\s+/)).catch(described))
  }
}

async function obey(publisher: Publisher, words: readonly string[]): Promise<object> {
  if (words[0] === 'release') return publisher.release()
  if (words[0] === 'append') return publisher.append(workOf(words.slice(1)))
  return publisher.publish(workOf(words))
}

function workOf(words: readonly string[]): Work {
  const [branches, events, rate] = words.map(wholeNumber)
  if (branches === undefined || events === undefined || rate === undefined || branches < 1)
    throw new Error('a line is GROUPS COUNT RATE')
  return { branches, events, rate }
}

/** @throws Error when the text is none */
export function wholeNumber(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new Error(`not a whole number: ${text}`)
  return Number(text)
}

const described = (error: unknown) => ({ error: (error as Error).message })

/** One line of JSON on standard output. */
export const answer = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
