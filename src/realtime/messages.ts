import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Instant, Nullable, Uuid } from '../http/schemas.ts'

/** The shapes of the messages that are not events, in both directions. */

const seq = Type.Integer({ minimum: 0, description: 'Position in the stream of the branch.' })
const Positions = Type.Record(Type.String(), seq, {
  description: 'Instead of `seq` on a socket of a whole company: the position in the stream of each branch.',
})

/** One number, or one per branch. */
const standing = { seq: Type.Optional(seq), positions: Type.Optional(Positions) }
const eitherStanding = { oneOf: [{ required: ['seq'] }, { required: ['positions'] }] }

const epoch = Type.String({
  description: 'The history of the database; positions of another one are not valid.',
  examples: ['e9cbecba1'],
})

/** Why a client must fetch everything again. */
const resyncReasons = [
  'log_trimmed',
  'epoch_changed',
  'head_behind',
  'position_ahead',
  'malformed_position',
] as const

/** From the service. */
export const serverMessages = {
  connection_established: Type.Object(
    {
      type: Type.Literal('connection_established'),
      company_id: Uuid({ description: 'The company of the person.' }),
      branch_id: Nullable(
        Uuid({
          description: 'The branch the socket follows; null: the whole company, or one without branches.',
        }),
      ),
      group: Type.String({
        description: 'Names the stream and the group; a position is valid in the group it was got in.',
        examples: ['cafe_orders_0193a8f0-7c3e-7b52-9c61-3f1d2a4b5c6d'],
      }),
      epoch,
      ...standing,
    },
    {
      ...eitherStanding,
      description:
        'The first message: from its position on no event is missed. Once more when the first branch opens.',
    },
  ),
  resync_required: Type.Object(
    {
      type: Type.Literal('resync_required'),
      reason: Type.Enum([...resyncReasons], {
        description:
          '`log_trimmed`: the log no longer has them; `epoch_changed`, `head_behind`: the database was restored; ' +
          '`position_ahead`: no such number yet; `malformed_position`: the position cannot be read.',
      }),
      epoch,
      ...standing,
    },
    {
      ...eitherStanding,
      description:
        'The missed events cannot be delivered: fetch everything again. Events go on after this position.',
    },
  ),
  position: Type.Object(
    { type: Type.Literal('position'), epoch, ...standing },
    {
      ...eitherStanding,
      description:
        'The position of a socket that was opened with one, every minute; and the answer to `resume`.',
    },
  ),
  pong: Type.Object({ type: Type.Literal('pong') }, { description: 'The answer to `ping`.' }),
  token_refreshed: Type.Object(
    { type: Type.Literal('token_refreshed'), expires_at: Instant() },
    { description: 'The socket goes on with the new token, until this moment.' },
  ),
  token_refused: Type.Object(
    {
      type: Type.Literal('token_refused'),
      code: Type.Enum(['token_not_valid', 'unavailable'], {
        description: '`unavailable`: it could not be checked just now.',
      }),
    },
    { description: 'The new token is not taken; the socket goes on with the one it has.' },
  ),
} as const

/** From the service to event streams alone. */
export const streamMessages = {
  close: Type.Object(
    {
      type: Type.Literal('close'),
      code: Type.Integer({ description: 'The close code that a socket would get.' }),
      reason: Type.String({ description: 'The name of the code.' }),
    },
    { description: 'The last message of an event stream that the service ends.' },
  ),
} as const

/** From a client. Others are ignored. */
export const clientMessages = {
  ping: Type.Object({ action: Type.Literal('ping') }, { description: 'Asks for a `pong`.' }),
  refresh: Type.Object(
    {
      action: Type.Literal('refresh'),
      token: Type.String({ description: 'A new access token of the same person.' }),
    },
    { description: 'Lets the socket live as long as the new token.' },
  ),
  resume: Type.Object(
    {
      action: Type.Literal('resume'),
      since: Type.Union([
        Type.String({ description: '`<epoch>:<seq>`, or a number alone.', examples: ['e9cbecba1:42'] }),
        seq,
        Positions,
      ]),
      epoch: Type.Optional(epoch),
    },
    { description: 'Asks for the events after a position.' },
  ),
} as const

export type ServerMessageType = keyof typeof serverMessages
export type ServerMessage =
  | { [T in ServerMessageType]: Static<(typeof serverMessages)[T]> }[ServerMessageType]
  | Static<(typeof streamMessages)['close']>
export type ResyncReason = (typeof resyncReasons)[number]
