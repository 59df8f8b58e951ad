import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

/** Metrics of a bus. */
export interface BusMetrics {
  readonly published: Counter
  readonly publishFailures: Counter
  readonly received: Counter
  readonly linkLosses: Counter
  readonly up: Gauge
}

export function createBusMetrics(registry: Registry): BusMetrics {
  const registers = [registry]
  return {
    published: new Counter({
      name: 'cafe_bus_published_total',
      help: 'Messages published on the bus.',
      registers,
    }),
    publishFailures: new Counter({
      name: 'cafe_bus_publish_failures_total',
      help: 'Messages that were dropped or could not be published; their events are in the log.',
      registers,
    }),
    received: new Counter({
      name: 'cafe_bus_received_total',
      help: 'Messages received for streams that this replica follows.',
      registers,
    }),
    linkLosses: new Counter({
      name: 'cafe_bus_link_losses_total',
      help: 'Times the link to the other replicas was lost or silent.',
      registers,
    }),
    up: new Gauge({
      name: 'cafe_bus_up',
      help: '1 while this replica receives the messages of all replicas.',
      registers,
    }),
  }
}
