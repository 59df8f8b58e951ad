import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** Metrics of the sockets. */
export type RealtimeMetrics = ReturnType<typeof createRealtimeMetrics>

export function createRealtimeMetrics(registry: Registry) {
  const registers = [registry]
  let queuedBytes = () => 0
  const followed = new Counter({
    name: 'cafe_events_followed_total',
    help: 'Events that streams followed here went past, by how they came: message, or repaired by hole or head check.',
    labelNames: ['by'],
    registers,
  })
  return {
    followedBy: {
      message: followed.labels('message'),
      hole: followed.labels('hole'),
      head: followed.labels('head'),
    },
    sockets: new Gauge({
      name: 'cafe_sockets',
      help: 'Sockets that have been greeted and are open.',
      labelNames: ['group'],
      registers,
    }),
    streams: new Gauge({ name: 'cafe_streams_followed', help: 'Streams followed here.', registers }),
    delivered: new Counter({
      name: 'cafe_events_delivered_total',
      help: 'Events written to sockets, replayed ones not counted.',
      registers,
    }),
    delivery: new Histogram({
      name: 'cafe_event_delivery_seconds',
      help: 'From the moment of an event to its write to the sockets here; of events written together the first.',
      buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    queueBytes: new Gauge({
      name: 'cafe_socket_queue_bytes',
      help: 'Bytes that wait here for sockets which read slower than events come.',
      registers,
      collect() {
        this.set(queuedBytes())
      },
    }),
    /** Sets how they are counted; they are counted only when the metrics are read. */
    countQueuedBytes(count: () => number) {
      queuedBytes = count
    },
    replays: new Counter({
      name: 'cafe_replays_total',
      help: 'Sockets that came back with a position, by what came of it.',
      labelNames: ['result'],
      registers,
    }),
    replayed: new Counter({
      name: 'cafe_events_replayed_total',
      help: 'Events written to sockets from the log after they came back.',
      registers,
    }),
    resyncs: new Counter({
      name: 'cafe_resyncs_total',
      help: 'Times a socket was told to fetch everything anew.',
      labelNames: ['reason'],
      registers,
    }),
    closes: new Counter({
      name: 'cafe_socket_closes_total',
      help: 'Sockets closed, by close code.',
      labelNames: ['code'],
      registers,
    }),
    ignored: new Counter({
      name: 'cafe_socket_messages_ignored_total',
      help: 'Messages of clients that were not understood or not wanted.',
      labelNames: ['reason'],
      registers,
    }),
    readsPaused: new Counter({
      name: 'cafe_socket_reads_paused_total',
      help: 'Times a socket was read no further for a moment because it and others said far more than they may.',
      registers,
    }),
    headChecks: new Counter({
      name: 'cafe_head_checks_total',
      help: 'Comparisons of the followed streams with the log.',
      labelNames: ['result'],
      registers,
    }),
    undecodable: new Counter({
      name: 'cafe_bus_undecodable_total',
      help: 'Messages of the bus that could not be read.',
      registers,
    }),
  }
}
