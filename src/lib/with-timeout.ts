/** Rejects with a TimeoutError when the promise takes too long: on a dead network path nothing else reports a failure. */
export function withTimeout<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new TimeoutError(limitMs)), limitMs)
    promise.then(resolve, reject).finally(() => clearTimeout(late))
  })
}

export class TimeoutError extends Error {
  override name = 'TimeoutError'
  /** The system's code, so that it counts as unavailable (`isUnavailable`). */
  readonly code = 'ETIMEDOUT'

  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`)
  }
}
