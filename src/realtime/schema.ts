import { Type } from 'typebox'
import { groups } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import { Instant, Nullable, Uuid } from '../http/schemas.ts'
import type { Infer } from '../http/schemas.ts'

/** Seconds; shorter than proxies wait for an answer. */
const longestWait = 30
/** Above this, the position of a whole company no longer fits into a header. */
export const mostStreams = 200

const common = {
  group: Type.Enum(Object.keys(groups) as Group[], {
    description: 'What to hear of: the groups of the sockets.',
  }),
  branch: Type.Optional(
    Uuid({ description: 'Owner and admin: the branch to hear of; without it, all of the company.' }),
  ),
  since: Type.Optional(
    Type.String({
      description: 'The position after which to go on: from an answer, a socket or the snapshot.',
      examples: ['e9cbecba1:41'],
    }),
  ),
}
export const pollQuery = Type.Object({
  ...common,
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: longestWait,
      description: 'Seconds to wait for an event when there is none; without it, none.',
    }),
  ),
})
export const streamQuery = Type.Object({
  ...common,
  ticket: Type.Optional(
    Type.String({ description: 'In place of the token: from `POST /api/ws-tickets/`, good once.' }),
  ),
})

const Event = Type.Object({
  type: Type.String({ examples: ['order_created'] }),
  seq: Type.Integer({ minimum: 1, description: 'Its number in the branch.' }),
  id: Uuid(),
  at: Instant(),
  replay: Type.Optional(Type.Boolean({ description: 'From the log: it happened before the request.' })),
  data: Type.Object({}, { additionalProperties: true }),
})

/** Events of one part of the café after a position. */
export const Events = Type.Object({
  company_id: Uuid(),
  branch_id: Nullable(Uuid()),
  group: Type.String({ description: 'The stream that the position is of, as in the greeting of a socket.' }),
  events: Type.Array(Event, { description: 'In order, oldest first.' }),
  position: Type.String({ description: 'For `since` of the next request.', examples: ['e9cbecba1:42'] }),
  resync_required: Nullable(
    Type.Object(
      { reason: Type.String(), epoch: Type.String() },
      {
        additionalProperties: true,
        description: 'Events are missing: fetch everything again, then go on from `position`.',
      },
    ),
  ),
})
export type Events = Infer<typeof Events>

export const eventStreamBody = {
  description: 'The stream: every message of a socket as an event of its type.',
  content: { 'text/event-stream': { schema: Type.String() } },
}
