import fc from 'fast-check'
import t from 'tap'
import { WebSocket } from 'ws'
import { connect } from '../../packages/client/src/index.ts'
import { waitUntil } from '../support/wait.ts'
import { event, startScriptedService } from './scripted-service.ts'

t.test('whatever comes again is handed out once, and nothing is left out', async (t) => {
  const service = await startScriptedService(t)
  const seen: number[] = []
  const connection = connect({ url: service.url, group: 'orders', token: 'token', WebSocket, since: 'e:0' })
  t.teardown(() => connection.close())
  connection.on('event', ({ seq }) => seen.push(seq))
  let head = 0
  // each step sends the next events, after some of those before; or breaks off
  const step = fc.oneof(
    fc.record({ back: fc.nat({ max: 5 }), next: fc.integer({ min: 1, max: 4 }) }),
    fc.constant('cut' as const),
  )
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
    for (const step of steps) {
      await waitUntil(() => connection.status.state === 'live', { what: 'live' })
      const visit = service.visits.at(-1)!
      if (step === 'cut') {
        const visits = service.visits.length
        visit.ws.terminate()
        await service.visit(visits)
        continue
      }
      for (let seq = Math.max(1, head - step.back); seq <= head + step.next; seq++) visit.say(event(seq))
      head += step.next
      await waitUntil(() => seen.at(-1) === head, { what: `event ${head}` })
    }
    return seen.every((seq, i) => seq === i + 1)
  })
  await fc.assert(property, { numRuns: 20, endOnFailure: true })
  t.strictSame(
    seen,
    Array.from({ length: head }, (_, i) => i + 1),
  )
})
