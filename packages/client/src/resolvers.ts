/** A promise with the functions that settle it; nobody has to wait for it. */
export function resolvers() {
  let resolve = () => {}
  let reject = (_error: Error) => {}
  const promise = new Promise<void>((res, rej) => ([resolve, reject] = [res, rej]))
  promise.catch(() => {})
  return { promise, resolve: () => resolve(), reject: (error: Error) => reject(error) }
}
