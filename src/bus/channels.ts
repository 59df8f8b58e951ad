import { branchOfStream } from '../events/stream-key.ts'
import type { StreamKey } from '../events/stream-key.ts'

/**
 * Channel of a stream: `<prefix>cafe:{<company>}:<branch|->`. The braces make the company the hash tag, so a
 * Redis Cluster keeps all channels of a company on one shard.
 */
export const channelOf = (prefix: string, stream: StreamKey): string =>
  `${prefix}cafe:{${stream.companyId}}:${branchOfStream(stream) ?? '-'}`

/** Channel of notices to every replica, whatever streams it follows. */
export const noticeChannelOf = (prefix: string): string => `${prefix}cafe:notices`

/**
 * Channel on which a link receives its own probes, to verify that it delivers messages.
 * @param name unique to the link; with a hash tag where the slot matters
 */
export const probeChannelOf = (prefix: string, name: string): string => `${prefix}cafe:probe:${name}`
