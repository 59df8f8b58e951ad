import fc from 'fast-check'
import t from 'tap'
import { readSince, writePosition } from '../../src/realtime/position.ts'

const epoch = fc.constantFrom('e9cbecba1', 'f1', 'a-b_c', '')
const seq = fc.nat({ max: 1e9 })

t.test('a position that is written is read back, whether of one stream or of a company', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.tuple(epoch, seq)),
      fc.boolean(),
      (ids, numbers, companyWide) => {
        const streams = companyWide ? ids : ids.slice(0, 1)
        const reached = streams.map((streamId) => {
          const [known, number] = numbers.next().value as [string, number]
          return { streamId, epoch: known, seq: number }
        })
        const read = readSince(writePosition(reached, companyWide), streams, companyWide)
        // an epoch that is not known yet is that of the first stream
        const first = reached[0]!.epoch
        const expected = reached.map((one) => [
          one.streamId,
          { seq: one.seq, epoch: one.epoch || (companyWide && first) || null },
        ])
        t.strictSame(read && [...read], expected)
      },
    ),
    { numRuns: 200 },
  )
  t.end()
})

t.test('what is no position is none, and nothing breaks', (t) => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('=', ',', ':', '1', 'a', '-', ' ') }),
    fc.constantFrom('=', ':=', 'e:=1', 'e:a=', 'e:a=1,', 'e:a=1,=2', 'e:a=x', '__proto__', 'e:__proto__=1'),
  )
  fc.assert(
    fc.property(fc.oneof(text, fc.anything()), fc.boolean(), (value, companyWide) => {
      const positions = readSince(value, ['a', 'b'], companyWide)
      for (const [stream, { seq: number }] of positions ?? [])
        t.ok(typeof stream === 'string' && Number.isSafeInteger(number) && number >= 0)
    }),
    { numRuns: 2000 },
  )
  t.equal(readSince('e:b=1', ['a'], false), null, 'not of this stream')
  t.equal(readSince('e:1', ['a', 'b'], true), null, 'of which branch?')
  t.strictSame(readSince('e:1', ['a'], true), new Map([['a', { seq: 1, epoch: 'e' }]]))
  t.end()
})
