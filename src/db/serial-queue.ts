import { setImmediate } from 'node:timers/promises'

/**
 * Runs one piece of work after another, and before each the process turns to its sockets. Work that waits for nothing
 * outside of the process would else follow on itself for as long as there is any: those who connect meanwhile are not let
 * in, since libuv accepts one connection in each turn of the event loop.
 */
export function createSerialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(() => setImmediate()).then(work)
    last = mine.catch(() => {})
    return mine
  }
}
