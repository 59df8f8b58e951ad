/** A fault of set-up, told to the person at the terminal in one sentence; the process ends with `exitCode`. */
export class StartupError extends Error {
  override name = 'StartupError'
  readonly exitCode: number = 1
}

/** What was typed is no command: nothing was begun. */
export class UsageError extends StartupError {
  override readonly exitCode: number = 2
}
