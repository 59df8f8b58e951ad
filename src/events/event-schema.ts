import { Type } from 'typebox'
import type { TObject } from 'typebox'
import { Instant, Uuid } from '../http/schemas.ts'
import type { EventType } from './catalogue.ts'

/** The shape of an event's message, which `eventMessage` writes. */
export const eventMessageSchema = <Data extends TObject>(type: EventType, data: Data) =>
  Type.Object({
    type: Type.Literal(type),
    seq: Type.Integer({
      minimum: 1,
      description: 'Number of the event in its branch: 1, 2, 3 … without gaps.',
    }),
    id: Uuid({ description: 'The same wherever and however often it is read.' }),
    at: Type.String({ ...Instant(), description: 'When it was written.' }),
    replay: Type.Optional(
      Type.Literal(true, { description: 'It was missed before and comes from the log.' }),
    ),
    data,
  })
