import type { StreamKey } from '../events/stream-key.ts'

/**
 * Carries messages between replicas, without delivery guarantees: a message may be lost, duplicated or late. Messages of
 * one publisher on one stream keep their order. Subscribers must compare sequence numbers with the log.
 */
export interface Bus {
  /**
   * Sends a message to every subscriber of the stream, on this and other replicas. Returns at once; never throws.
   * A message that cannot be sent now is dropped and counted.
   */
  publish(stream: StreamKey, message: Buffer): void
  /**
   * Subscribes to a stream. Resolves when the subscription is acknowledged: every message published after that arrives
   * while the link stays up. Rejects, in bounded time, when the link is down or slow. The subscription is then kept and
   * repeated when the link returns; `onLink` reports that.
   */
  subscribe(stream: StreamKey): Promise<void>
  /** Unsubscribes; no message of the stream arrives after the call, even before the server has acknowledged it. */
  unsubscribe(stream: StreamKey): void
  /**
   * Sends a short notice to every replica, including this one, with the guarantees of `publish`. Returns at once; never
   * throws.
   */
  notify(notice: Buffer): void
  /** Sets the one receiver of notices. They arrive while the link is up, without a subscription. */
  onNotice(receiver: (notice: Buffer) => void): void
  /** Whether messages of every replica arrive here, as far as the link can tell. */
  readonly up: boolean
  /** Sets the one receiver of messages; call it once, before the first subscription. */
  onMessage(receiver: MessageReceiver): void
  /** Called when the link goes down, and when it is up again with all subscriptions acknowledged. */
  onLink(listener: (up: boolean) => void): void
  close(): Promise<void>
}

export type MessageReceiver = (stream: StreamKey, message: Buffer) => void
