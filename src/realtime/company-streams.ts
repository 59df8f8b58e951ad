import type { Follower } from './stream-follower.ts'

/** Called when a company it follows gets one more stream. */
export interface CompanyListener {
  streamAdded(follower: Follower): void
}

/**
 * All streams of one company, for the sockets that follow the whole company; later branches are added automatically.
 */
export class CompanyStreams {
  readonly companyId: string
  readonly listeners = new Set<CompanyListener>()
  readonly followers = new Map<string, Follower>()
  /** Number of sockets that listen or are about to. */
  uses = 0
  /** Whether all streams of the company are known. */
  complete = false

  constructor(companyId: string) {
    this.companyId = companyId
  }

  add(follower: Follower): void {
    this.followers.set(follower.stream.streamId, follower)
    if (!this.complete) return
    for (const listener of this.listeners) listener.streamAdded(follower)
  }

  remove(follower: Follower): Follower {
    this.followers.delete(follower.stream.streamId)
    return follower
  }

  /** Resolves when the position of every stream is known. */
  async live(): Promise<void> {
    for (let known = -1; known !== this.followers.size;) {
      known = this.followers.size
      await Promise.all([...this.followers.values()].map((follower) => follower.live))
    }
  }
}
