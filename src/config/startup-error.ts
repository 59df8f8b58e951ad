/** A fault of set-up, told to the person at the terminal in one sentence; the process ends with code 1. */
export class StartupError extends Error {
  override name = 'StartupError'
}
