import fc from 'fast-check'
import t from 'tap'
import { Stream } from '../../src/realtime/stream-state.ts'
import { StreamModel, commands } from './stream-model.ts'
import type { Command, ModelEvent } from './stream-model.ts'

const histories = fc.array(commands, { minLength: 1, maxLength: 80, size: 'max' })

const keepsItsPromise = (machine: () => Stream<ModelEvent>) =>
  fc.property(histories, (history: Command[]) => {
    const model = new StreamModel(machine())
    for (const command of history) model.run(command)
    model.quieten()
    model.check()
  })

t.test('whatever happens to messages, each listener sees exactly its events, in order, once', async (t) => {
  fc.assert(
    keepsItsPromise(() => new Stream(6)),
    { numRuns: 5000 },
  )
  t.pass('5000 histories')
})

/** Machines with a fault each, to see that the model would notice. */
const broken: Record<string, () => Stream<ModelEvent>> = {
  'jumps over a hole': () =>
    new (class extends Stream<ModelEvent> {
      override message(first: number, events: readonly ModelEvent[]) {
        if (this.live && first > this.position + 1) this.position = first - 1
        return super.message(first, events)
      }
    })(6),
  'delivers a duplicate': () =>
    new (class extends Stream<ModelEvent> {
      override message(first: number, events: readonly ModelEvent[]) {
        if (this.live && events.length > 0 && first <= this.position) this.position = first - 1
        return super.message(first, events)
      }
    })(6),
  'does not look at the epoch': () =>
    new (class extends Stream<ModelEvent> {
      override head(_epoch: string, head: number, ask: ReturnType<Stream<ModelEvent>['ask']>) {
        return super.head('always the same', head, ask)
      }
    })(6),
  'takes an old answer for a new one': () =>
    new (class extends Stream<ModelEvent> {
      override head(epoch: string, head: number, ask: ReturnType<Stream<ModelEvent>['ask']>) {
        return super.head(epoch, head, { ...ask, position: this.position })
      }
    })(6),
  'does not read again after a failure': () =>
    new (class extends Stream<ModelEvent> {
      override readFailed() {
        return []
      }
    })(6),
  'does not notice a trimmed log': () =>
    new (class extends Stream<ModelEvent> {
      override page(generation: number, first: number, events: readonly ModelEvent[], full: boolean) {
        if (this.live && generation === this.generation && first > this.position + 1)
          this.position = first - 1
        return super.page(generation, first, events, full)
      }
    })(6),
}

for (const [fault, machine] of Object.entries(broken)) {
  t.test(`the model catches a machine that ${fault}`, async (t) => {
    const { failed, counterexample } = fc.check(keepsItsPromise(machine), { numRuns: 5000 })
    t.ok(failed, 'caught')
    t.comment(JSON.stringify(counterexample?.[0]))
    t.ok((counterexample?.[0].length ?? 99) <= 25, 'by a short counter-example')
  })
}
