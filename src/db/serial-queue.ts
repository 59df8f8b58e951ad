import { setImmediate } from 'node:timers/promises'

/**
 * Runs tasks one after another, with one turn of the event loop before each. Tasks that wait for no I/O would otherwise
 * run back to back: libuv accepts one connection per turn, so new connections would wait.
 */
export function createSerialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(() => setImmediate()).then(work)
    last = mine.catch(() => {})
    return mine
  }
}
