import { Registry } from 'prom-client'
import t from 'tap'
import { createLocalBus } from '../../src/bus/local-bus.ts'
import { createBusMetrics } from '../../src/bus/metrics.ts'
import { busConformance } from './conformance.ts'

const open = (alone: boolean) => createLocalBus({ alone, metrics: createBusMetrics(new Registry()) })

t.test('the bus inside one process', (t) =>
  busConformance(t, async (t) => {
    const bus = open(true)
    t.teardown(() => bus.close())
    return { here: bus, there: bus }
  }),
)

t.test('a process that may not be alone on its database never calls its own bus up', async (t) => {
  t.equal(open(true).up, true)
  t.equal(open(false).up, false)
})
