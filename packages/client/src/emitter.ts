/** Functions by the name of what they listen to. */
export class Emitter<Names extends string> {
  readonly #listeners = new Map<Names, Set<(value: never) => unknown>>()

  /** @returns what ends it */
  on(name: Names, listener: (value: never) => unknown): () => void {
    const known = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, known.add(listener))
    return () => void known.delete(listener)
  }

  of(name: Names): ((value: unknown) => unknown)[] {
    return [...(this.#listeners.get(name) ?? [])] as ((value: unknown) => unknown)[]
  }

  /** Whether anything is listened to but these. */
  hasOther(...names: Names[]): boolean {
    for (const [name, listeners] of this.#listeners)
      if (listeners.size > 0 && !names.includes(name)) return true
    return false
  }
}
