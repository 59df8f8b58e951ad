import t from 'tap'
import { Pacer } from '../../src/realtime/pacer.ts'
import { waitUntil } from '../support/wait.ts'

/** So long that no pause ends while a test runs. */
const long = 600_000
const frames = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => Buffer.from(`${first + at} `))

function written(gapMs: number) {
  const writes: string[] = []
  const pacer = new Pacer(gapMs, { writeNow: (bytes) => writes.push(bytes.toString()) })
  return { pacer, writes }
}

t.test('the first frame goes at once, those behind it wait for their turn', async (t) => {
  const { pacer, writes } = written(long)
  pacer.push(frames(1, 1))
  t.strictSame(writes, ['1 '])
  pacer.push(frames(2, 3))
  pacer.push(frames(4, 4))
  t.strictSame(writes, ['1 '])
  pacer.flush()
  t.strictSame(writes, ['1 ', '2 3 4 '], 'a flush writes them in their order')
  pacer.push(frames(5, 5))
  pacer.stop()
  pacer.flush()
  t.strictSame(writes, ['1 ', '2 3 4 '], 'what was stopped is gone')
})

t.test('every frame of a burst is written by itself, with a pause before it', async (t) => {
  const gapMs = 15
  const at: number[] = []
  const writes: string[] = []
  const pacer = new Pacer(gapMs, {
    writeNow(bytes) {
      at.push(performance.now())
      writes.push(bytes.toString())
    },
  })
  pacer.push(frames(1, 5))
  pacer.push(frames(6, 8))
  await waitUntil(() => writes.length === 8, { what: 'all is written' })
  t.strictSame(
    writes,
    frames(1, 8).map((frame) => frame.toString()),
  )
  for (let i = 1; i < at.length; i++) t.ok(at[i]! - at[i - 1]! >= gapMs - 1, `pause ${i}`)
})

t.test('fifty frames wait; beyond that all of them are joined', async (t) => {
  const { pacer, writes } = written(long)
  pacer.push(frames(1, 51))
  t.strictSame(writes, ['1 '])
  pacer.push(frames(52, 52))
  const joined = frames(2, 52).join('')
  t.strictSame(writes, ['1 ', joined])
  pacer.push(frames(53, 60))
  t.strictSame(writes, ['1 ', joined], 'what comes next waits again')
  pacer.push(frames(61, 200))
  t.strictSame(writes, ['1 ', joined, frames(53, 200).join('')])
})

t.test('a ping keeps its place and costs no pause', async (t) => {
  const { pacer, writes } = written(long)
  pacer.pushUnseen(Buffer.from('ping '))
  pacer.push(frames(1, 1))
  t.strictSame(writes, ['ping ', '1 '])
  pacer.pushUnseen(Buffer.from('ping '))
  t.strictSame(writes, ['ping ', '1 ', 'ping '], 'nothing waits')
  pacer.push(frames(2, 2))
  pacer.pushUnseen(Buffer.from('ping '))
  pacer.push(frames(3, 3))
  pacer.flush()
  t.strictSame(writes.at(-1), '2 ping 3 ')
})

t.test('whoever writes may end the socket', async (t) => {
  const writes: string[] = []
  const pacer: Pacer = new Pacer(long, {
    writeNow(bytes) {
      writes.push(bytes.toString())
      pacer.stop()
    },
  })
  pacer.push(frames(1, 3))
  pacer.flush()
  t.strictSame(writes, ['1 '])
})
