import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** Metrics of the sockets. */
export type RealtimeMetrics = ReturnType<typeof createRealtimeMetrics>

export function createRealtimeMetrics(registry: Registry) {
  const registers = [registry]
  let queuedBytes = () => 0
  const followed = new Counter({
    name: 'cafe_events_followed_total',
    help: 'Events of the streams followed here, by source: a message, or the log after a hole or a head check.',
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
      help: 'Open sockets.',
      labelNames: ['group'],
      registers,
    }),
    eventStreams: new Gauge({
      name: 'cafe_event_streams',
      help: 'Event streams (SSE) that have been greeted and are open.',
      labelNames: ['group'],
      registers,
    }),
    polls: new Gauge({
      name: 'cafe_polls_waiting',
      help: 'Requests that wait for events.',
      labelNames: ['group'],
      registers,
    }),
    streams: new Gauge({
      name: 'cafe_streams_followed',
      help: 'Streams that this replica follows.',
      registers,
    }),
    delivered: new Counter({
      name: 'cafe_events_delivered_total',
      help: 'Events written to sockets, without replayed ones.',
      registers,
    }),
    delivery: new Histogram({
      name: 'cafe_event_delivery_seconds',
      help: 'Time from an event to its write to the sockets here; for events written together, that of the first.',
      buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    queueBytes: new Gauge({
      name: 'cafe_socket_queue_bytes',
      help: 'Bytes queued for sockets that read more slowly than events arrive.',
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
      help: 'Sockets that returned with a position, by result.',
      labelNames: ['result'],
      registers,
    }),
    replayed: new Counter({
      name: 'cafe_events_replayed_total',
      help: 'Events replayed from the log to returning sockets.',
      registers,
    }),
    resyncs: new Counter({
      name: 'cafe_resyncs_total',
      help: 'Times a socket was told to reload everything.',
      labelNames: ['reason'],
      registers,
    }),
    closes: new Counter({
      name: 'cafe_socket_closes_total',
      help: 'Sockets closed, by close code.',
      labelNames: ['code'],
      registers,
    }),
    streamCloses: new Counter({
      name: 'cafe_event_stream_closes_total',
      help: 'Event streams closed, by the close code of a socket.',
      labelNames: ['code'],
      registers,
    }),
    ignored: new Counter({
      name: 'cafe_socket_messages_ignored_total',
      help: 'Messages of clients that were ignored.',
      labelNames: ['reason'],
      registers,
    }),
    readsPaused: new Counter({
      name: 'cafe_socket_reads_paused_total',
      help: 'Times the reading of a socket was paused because sockets sent far more than allowed.',
      registers,
    }),
    headChecks: new Counter({
      name: 'cafe_head_checks_total',
      help: 'Head checks: comparisons of the followed streams with the log.',
      labelNames: ['result'],
      registers,
    }),
    undecodable: new Counter({
      name: 'cafe_bus_undecodable_total',
      help: 'Messages of the bus that could not be decoded.',
      registers,
    }),
  }
}
