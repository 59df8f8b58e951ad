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
      help: 'Messages that the bus published.',
      registers,
    }),
    publishFailures: new Counter({
      name: 'cafe_bus_publish_failures_total',
      help: 'Messages that the bus dropped or could not publish; the log still has their events.',
      registers,
    }),
    received: new Counter({
      name: 'cafe_bus_received_total',
      help: 'Messages received for streams that this replica follows.',
      registers,
    }),
    linkLosses: new Counter({
      name: 'cafe_bus_link_losses_total',
      help: 'Times the link to the other replicas was lost, broken or silent.',
      registers,
    }),
    up: new Gauge({
      name: 'cafe_bus_up',
      help: '1 while messages of every replica arrive here.',
      registers,
    }),
  }
}
