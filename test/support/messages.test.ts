import t from 'tap'
import { eventData } from '../../src/cafe/events.ts'
import type { EventType } from '../../src/events/catalogue.ts'
import { eventMessageSchema } from '../../src/events/event-schema.ts'
import { exampleOf } from '../../src/openapi/examples.ts'
import { clientMessages, serverMessages } from '../../src/realtime/messages.ts'
import { readClientMessage } from '../../src/realtime/protocol.ts'
import { madeUp, messageFault } from './messages.ts'

/** What the tests' sockets hold messages against. */

const example = (type: EventType) =>
  exampleOf(eventMessageSchema(type, eventData[type])) as { data: Record<string, unknown> }

t.test('a message of a declared shape passes, one with any other field does not', async (t) => {
  for (const type of Object.keys(eventData) as EventType[]) {
    const message = example(type)
    t.equal(messageFault(message), null)
    t.match(messageFault({ ...message, more: 1 }), type)
    t.match(messageFault({ ...message, data: { ...message.data, more: 1 } }), /additional/)
    const { company_id: _, ...rest } = message.data
    t.match(messageFault({ ...message, data: rest }), /company_id/)
  }
  t.match(messageFault({ type: 'order_lost' }), /no such message/)
})

t.test('fields of what an event carries are checked too', async (t) => {
  const { data, ...message } = example('order_created')
  const order = data.order as object
  t.match(messageFault({ ...message, data: { ...data, order: { ...order, colour: 'red' } } }), /colour/)
  t.match(
    messageFault({ ...message, data: { ...data, order: { ...order, total_amount: 600 } } }),
    /total_amount/,
  )
})

t.test('a socket stands at one number or at one per stream', async (t) => {
  const { positions, seq, ...hello } = exampleOf(serverMessages.connection_established) as Record<
    string,
    unknown
  >
  t.equal(messageFault({ ...hello, seq }), null)
  t.equal(messageFault({ ...hello, positions }), null)
  t.match(messageFault(hello), /connection_established/)
  t.match(messageFault({ ...hello, seq, positions }), /connection_established/)
})

t.test('what a test has made up is checked around its data alone', async (t) => {
  const message = { ...example('order_created'), data: madeUp }
  t.equal(messageFault(message), null)
  t.match(messageFault({ ...message, seq: 0 }), /seq/)
})

t.test('the service reads every message that a client may send', async (t) => {
  for (const [action, schema] of Object.entries(clientMessages))
    t.equal(readClientMessage(JSON.stringify(exampleOf(schema)))?.action, action)
})
