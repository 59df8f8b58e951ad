import type { Counter } from 'prom-client'
import { Audience } from './broadcast-group.ts'
import type { Listener } from './broadcast-group.ts'
import type { Outbox } from './flush-scheduler.ts'

/** A listener that gets what concerns one person. */
export interface PersonalListener extends Listener {
  readonly userId: string
}

/** The listeners of the personal group on one stream: an audience for each person, who gets their own events alone. */
export class PersonalAudience<L extends PersonalListener> {
  readonly #byUser = new Map<string, Audience<L>>()
  readonly #outbox: Outbox
  readonly #delivered: Counter.Internal

  constructor(outbox: Outbox, delivered: Counter.Internal) {
    this.#outbox = outbox
    this.#delivered = delivered
  }

  get listeners(): L[] {
    return [...this.#byUser.values()].flatMap(({ listeners }) => [...listeners])
  }

  get size(): number {
    return this.#byUser.size
  }

  add(listener: L): void {
    const { userId } = listener
    let audience = this.#byUser.get(userId)
    if (!audience) {
      audience = new Audience<L>(this.#outbox, this.#delivered)
      this.#byUser.set(userId, audience)
    }
    audience.add(listener)
  }

  delete(listener: L): void {
    const audience = this.#byUser.get(listener.userId)
    audience?.delete(listener)
    if (audience?.size === 0) this.#byUser.delete(listener.userId)
  }

  /** @param message the event that the frame carries; it says whom it is for */
  push(frame: Buffer, message: Buffer | string): void {
    const { data } = JSON.parse(message.toString()) as { data: { user_id: string } }
    this.#byUser.get(data.user_id)?.push(frame)
  }

  settle(): void {
    for (const audience of this.#byUser.values()) audience.settle()
  }
}
