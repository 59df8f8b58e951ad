/** Rejects when a promise takes too long: a path that swallows everything tells nobody. */
export function withTimeout<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new TimeoutError(limitMs)), limitMs)
    promise.then(resolve, reject).finally(() => clearTimeout(late))
  })
}

export class TimeoutError extends Error {
  override name = 'TimeoutError'
  /** As the system calls it, so that it counts as "cannot be reached just now". */
  readonly code = 'ETIMEDOUT'

  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`)
  }
}
