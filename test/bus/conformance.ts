import { randomBytes, randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { Bus } from '../../src/bus/bus.ts'
import type { StreamKey } from '../../src/events/stream-key.ts'
import { waitUntil } from '../support/wait.ts'

/** Two ends of one bus; a bus inside a process has both ends in one. */
export interface Ends {
  here: Bus
  there: Bus
}

export const aStream = (companyId: string = randomUUID()): StreamKey => ({
  companyId,
  streamId: randomUUID(),
})

/** A prefix of channels that nobody else has. */
export const aPrefix = (): string => `test_${randomBytes(6).toString('hex')}:`

export const isUp = (bus: Bus, timeoutMs?: number): Promise<true> =>
  waitUntil(() => bus.up, { what: 'the link is up', timeoutMs })

/** Two buses of one installation, once their links are up. */
export async function endsOf(
  t: Test,
  open: (t: Test, prefix: string) => Bus,
  timeoutMs?: number,
): Promise<Ends & { prefix: string }> {
  const prefix = aPrefix()
  const [here, there] = [open(t, prefix), open(t, prefix)]
  await Promise.all([isUp(here, timeoutMs), isUp(there, timeoutMs)])
  return { here, there, prefix }
}

/** What every bus must keep; run on each of them. */
export async function busConformance(t: Test, open: (t: Test) => Promise<Ends>): Promise<void> {
  const listening = async (t: Test) => {
    const { here, there } = await open(t)
    const heard: { stream: StreamKey; message: Buffer }[] = []
    there.onMessage((stream, message) => heard.push({ stream, message }))
    const texts = () => heard.map(({ message }) => message.toString())
    const hears = (count: number) =>
      waitUntil(() => heard.length >= count, { what: `${count} messages, not ${heard.length}` })
    return { here, there, heard, texts, hears }
  }

  t.test('a message published after the acknowledgement arrives, with its stream', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const stream = aStream()
    await there.subscribe(stream)
    here.publish(stream, Buffer.from('news'))
    await hears(1)
    t.strictSame({ ...heard[0]!.stream }, stream)
    t.equal(heard[0]!.message.toString(), 'news')
  })

  t.test('the stream of a company itself is a stream like others', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const companyId = randomUUID()
    await there.subscribe({ companyId, streamId: companyId })
    here.publish({ companyId, streamId: companyId }, Buffer.from('news'))
    await hears(1)
    t.strictSame({ ...heard[0]!.stream }, { companyId, streamId: companyId })
  })

  t.test('bytes arrive as they were', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const stream = aStream()
    const bytes = Buffer.from([...Array(256).keys(), 13, 10, 0, 0])
    await there.subscribe(stream)
    here.publish(stream, bytes)
    await hears(1)
    t.ok(heard[0]!.message.equals(bytes))
  })

  t.test('messages of one publisher arrive in order, also many and large ones', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const stream = aStream()
    await there.subscribe(stream)
    const padding = 'x'.repeat(20_000)
    for (let i = 0; i < 200; i++) here.publish(stream, Buffer.from(`${i} ${padding}`))
    await hears(200)
    t.strictSame(
      heard.map(({ message }) => parseInt(message.toString())),
      [...Array(200).keys()],
    )
  })

  t.test('what was not subscribed, or no longer is, does not arrive', async (t) => {
    const { here, there, texts, hears } = await listening(t)
    const company = randomUUID()
    const [followed, left, foreign] = [aStream(company), aStream(company), aStream(company)]
    await Promise.all([there.subscribe(followed), there.subscribe(left)])
    there.unsubscribe(left)
    for (const stream of [left, foreign, followed]) here.publish(stream, Buffer.from(stream.streamId))
    await hears(1)
    t.strictSame(texts(), [followed.streamId])
  })

  t.test('leaving and coming back at once listens', async (t) => {
    const { here, there, texts, hears } = await listening(t)
    const stream = aStream()
    await there.subscribe(stream)
    there.unsubscribe(stream)
    await there.subscribe(stream)
    here.publish(stream, Buffer.from('still here'))
    await hears(1)
    t.strictSame(texts(), ['still here'])
  })

  t.test('thousands of streams subscribed at once are all acknowledged', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const streams = Array.from({ length: 2000 }, () => aStream())
    await Promise.all(streams.map((stream) => there.subscribe(stream)))
    for (const stream of streams) here.publish(stream, Buffer.from('news'))
    await hears(streams.length)
    t.equal(new Set(heard.map(({ stream }) => stream.streamId)).size, streams.length)
  })

  t.test('a notice reaches every replica, whatever it follows, and later than notify returns', async (t) => {
    const { here, there } = await open(t)
    const heard: string[] = []
    there.onNotice((notice) => heard.push(notice.toString()))
    here.notify(Buffer.from('one'))
    here.notify(Buffer.from('two'))
    t.strictSame(heard, [])
    await waitUntil(() => heard.length === 2, { what: 'both notices' })
    t.strictSame(heard, ['one', 'two'])
  })

  t.test('delivery is never inside of publish', async (t) => {
    const { here, there, heard, hears } = await listening(t)
    const stream = aStream()
    await there.subscribe(stream)
    here.publish(stream, Buffer.from('news'))
    t.equal(heard.length, 0)
    await hears(1)
  })
}
