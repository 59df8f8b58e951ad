/** A configuration or start problem, printed as one sentence; the process exits with `exitCode`. */
export class StartupError extends Error {
  override name = 'StartupError'
  readonly exitCode: number = 1
}

/** The command line is invalid; nothing was started. */
export class UsageError extends StartupError {
  override readonly exitCode: number = 2
}
