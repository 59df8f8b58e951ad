import type { StreamKey } from '../events/stream-key.ts'

/**
 * Carries news between replicas. It promises little, and nothing above it relies on more: a message may be lost, come
 * twice or come late; messages of one publisher on one stream come in their order. Whoever listens must compare numbers
 * with the log.
 */
export interface Bus {
  /**
   * Hands a message to every listener of the stream, here and on other replicas. Returns at once; never throws.
   * A message that cannot be handed on soon is dropped and counted.
   */
  publish(stream: StreamKey, message: Buffer): void
  /**
   * Starts listening to a stream. Resolves once the other side has acknowledged it: every message published after that
   * arrives while the link stays up. Rejects, in bounded time, when the link is down or slow; the subscription is then
   * kept and made good as soon as the link returns, and `onLink` tells.
   */
  subscribe(stream: StreamKey): Promise<void>
  /** Stops listening; nothing of the stream arrives after the call, whether or not the other side has heard of it. */
  unsubscribe(stream: StreamKey): void
  /**
   * Hands a short notice to every replica, this one included, as soon and as uncertainly as `publish`. Returns at once;
   * never throws.
   */
  notify(notice: Buffer): void
  /** One receiver for all notices; they arrive while the link is up, without a subscription. */
  onNotice(receiver: (notice: Buffer) => void): void
  /** Whether the news of every replica arrives here, as far as the link can know. */
  readonly up: boolean
  /** One receiver for everything; set once, before the first subscription. */
  onMessage(receiver: MessageReceiver): void
  /** Called when the link goes down or comes back (all subscriptions acknowledged again by then). */
  onLink(listener: (up: boolean) => void): void
  close(): Promise<void>
}

export type MessageReceiver = (stream: StreamKey, message: Buffer) => void
