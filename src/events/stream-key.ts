/**
 * A numbered sequence of events: one per branch, and one per company for what belongs to no branch. A branch socket
 * follows exactly one stream, so its position is one number.
 */
export interface StreamKey {
  readonly companyId: string
  /** The branch's id, or the company's own id for the stream of what belongs to no branch. */
  readonly streamId: string
}

export const streamOf = (companyId: string, branchId: string | null): StreamKey => ({
  companyId,
  streamId: branchId ?? companyId,
})

/** The branch a stream belongs to, or null for the company's own stream. */
export const branchOfStream = ({ companyId, streamId }: StreamKey): string | null =>
  streamId === companyId ? null : streamId
