import { setTimeout as sleep } from 'node:timers/promises'

interface WaitOptions {
  /** The condition in words, for the message when it never came true. */
  what: string
  timeoutMs?: number
}

/**
 * Waits until a condition holds: returns its first value that is neither false nor nullish. What the condition throws
 * ends the wait.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000 }: WaitOptions,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value !== false && value !== null && value !== undefined)
      return value as NonNullable<Exclude<T, false>>
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms still not: ${what}`)
    await sleep(15)
  }
}
