/** What is missing for the tests to run, as a sentence for the person at the terminal. */
export class ServiceError extends Error {
  override name = 'ServiceError'
}
