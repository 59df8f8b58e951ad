import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { decodeEnvelope, encodeEnvelope, maxEnvelopeBytes } from '../../src/events/envelope.ts'
import type { AppendedBatch, LoggedEvent } from '../../src/events/log.ts'
import { eventMessage } from '../../src/events/event-message.ts'
import { contextBytes } from '../../src/tracing/tracing.ts'

const stream = { companyId: randomUUID(), streamId: randomUUID() }

const batchOf = (first: number, texts: readonly string[]): AppendedBatch => ({
  stream,
  events: texts.map((text, i): LoggedEvent => {
    const data = JSON.stringify({ text })
    return {
      seq: first + i,
      id: randomUUID(),
      type: 'order_created',
      groups: (i % 7) + 1,
      at: new Date(),
      data,
    }
  }),
})

t.test('what was appended comes out: numbers, groups and complete messages', async (t) => {
  const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 47 }), texts, (first, texts) => {
      const batch = batchOf(first, texts)
      const envelope = decodeEnvelope(encodeEnvelope(batch))!
      const carried = envelope.events.map(({ groups, message }) => [groups, message.toString()])
      const expected = batch.events.map((event) => [
        event.groups,
        Buffer.from(eventMessage(event)).toString(),
      ])
      return envelope.first === first && JSON.stringify(carried) === JSON.stringify(expected)
    }),
  )
  t.pass()
})

t.test(
  'the context of a span is carried before everything else, and costs who is not traced nothing',
  async (t) => {
    const batch = batchOf(7, ['a', 'b'])
    const context = randomBytes(contextBytes)
    const plain = encodeEnvelope(batch)
    const traced = encodeEnvelope(batch, context)
    t.equal(traced.length, plain.length + contextBytes)
    t.strictSame(decodeEnvelope(traced), { ...decodeEnvelope(plain), trace: context })
    for (let length = 0; length < traced.length; length++) {
      t.equal(decodeEnvelope(traced.subarray(0, length)), null)
    }
    const doorbell = encodeEnvelope(batchOf(7, ['x'.repeat(maxEnvelopeBytes)]), context)
    t.strictSame(decodeEnvelope(doorbell), { first: 8, events: [], trace: context })
  },
)

t.test('a message is what clients get, a superset of the guide', async (t) => {
  const [event] = batchOf(42, ['Плов']).events
  const message: unknown = JSON.parse(eventMessage(event!))
  const { id, at } = event!
  const expected = { type: 'order_created', seq: 42, id, at: at.toISOString(), data: { text: 'Плов' } }
  t.strictSame(message, expected)
  t.strictSame(JSON.parse(eventMessage(event!, true)), { ...expected, replay: true })
})

t.test('too much to carry becomes a bare doorbell', async (t) => {
  const envelope = encodeEnvelope(batchOf(7, ['x'.repeat(maxEnvelopeBytes), 'y']))
  t.ok(envelope.length < 100)
  t.strictSame(decodeEnvelope(envelope), { first: 9, events: [] })
})

t.test('what is no envelope, or one of another version, is refused', async (t) => {
  const envelope = encodeEnvelope(batchOf(7, ['a', 'b']))
  t.equal(decodeEnvelope(Buffer.alloc(0)), null)
  for (let length = 0; length < envelope.length; length++) {
    t.equal(decodeEnvelope(envelope.subarray(0, length)), null)
  }
  t.equal(decodeEnvelope(Buffer.concat([envelope, Buffer.from('x')])), null)
  t.equal(decodeEnvelope(Buffer.concat([Buffer.from([9]), envelope.subarray(1)])), null)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeEnvelope(Buffer.from(bytes))
    }),
  )
})
