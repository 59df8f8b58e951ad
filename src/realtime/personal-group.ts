import type { Counter } from 'prom-client'
import { BroadcastGroup } from './broadcast-group.ts'
import type { Listener } from './broadcast-group.ts'
import type { FlushScheduler } from './flush-scheduler.ts'

/** A listener for the events of one person. */
export interface PersonalListener<Source> extends Listener<Source> {
  readonly userId: string
}

/**
 * The listeners of the personal group on one stream: one broadcast group per person, which gets only that person's
 * events.
 */
export class PersonalGroup<Source, L extends PersonalListener<Source>> {
  readonly #byUser = new Map<string, BroadcastGroup<Source, L>>()
  readonly #source: Source
  readonly #flushScheduler: FlushScheduler
  readonly #delivered: Counter.Internal

  constructor(source: Source, flushScheduler: FlushScheduler, delivered: Counter.Internal) {
    this.#source = source
    this.#flushScheduler = flushScheduler
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
    let broadcastGroup = this.#byUser.get(userId)
    if (!broadcastGroup) {
      broadcastGroup = new BroadcastGroup(this.#source, this.#flushScheduler, this.#delivered)
      this.#byUser.set(userId, broadcastGroup)
    }
    broadcastGroup.add(listener)
  }

  delete(listener: L): void {
    const broadcastGroup = this.#byUser.get(listener.userId)
    broadcastGroup?.delete(listener)
    if (broadcastGroup?.size === 0) this.#byUser.delete(listener.userId)
  }

  /** @param message the event in the frame; it names its recipient */
  push(frame: Buffer, message: Buffer | string): void {
    const { data } = JSON.parse(message.toString()) as { data: { user_id: string } }
    this.#byUser.get(data.user_id)?.push(frame)
  }

  settle(): void {
    for (const broadcastGroup of this.#byUser.values()) broadcastGroup.settle()
  }
}
