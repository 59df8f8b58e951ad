/** The part of a tap test that helpers need: they undo what they did when the test ends. */
export interface Teardown {
  teardown(undo: () => unknown): void
  /** Reports a failure and goes on; a script has none and gets an error instead. */
  fail?(message: string): unknown
}
