import type { LogReader, PageRequest } from '../events/log-reader.ts'
import type { LoggedEvent } from '../events/log.ts'
import type { StreamKey } from '../events/stream-key.ts'
import { createBatchLoader } from '../lib/batch-loader.ts'

/** A place in a stream: right after a number. */
interface Place extends StreamKey {
  readonly after: number
}

/** The event log as many sockets read it at the same time: places close to each other are read once. */
export interface LogPageLoader {
  /**
   * Events after a place, in order. A page may be short although there are more behind it; only when it is empty there
   * is nothing after the place.
   */
  pageAfter(place: Place): Promise<LoggedEvent[]>
  /**
   * Number of an event from which on the log has everything: of the first it keeps after a place, or of one before that.
   * Null when it keeps nothing.
   */
  keptFrom(place: Place): Promise<number | null>
}

const pagesTogether = 16
const firstsTogether = 1000
const queriesAtOnce = 2

/** @param pageSize most events of a page */
export function createLogPageLoader(reader: Pick<LogReader, 'pages'>, pageSize: number): LogPageLoader {
  // numbers have no holes, so a page from the lowest of them holds what comes next for each place of a stretch
  const readPage = createBatchLoader<Place, LoggedEvent[]>({
    ask: (places) => reader.pages(places.map(requestOf(pageSize))),
    keyOf: (place) => `${nameOf(place)}:${Math.floor(place.after / pageSize)}`,
    merge: lower,
    maxBatchSize: pagesTogether,
    maxConcurrent: queriesAtOnce,
  })
  // what is kept after the lowest place tells for every other one of its stream whether the log reaches back to it
  const readFirst = createBatchLoader<Place, LoggedEvent[]>({
    ask: (places) => reader.pages(places.map(requestOf(1))),
    keyOf: nameOf,
    merge: lower,
    maxBatchSize: firstsTogether,
    maxConcurrent: queriesAtOnce,
  })
  return {
    async pageAfter(place) {
      const page = await readPage(place)
      const from = page.findIndex((event) => event.seq > place.after)
      return from < 0 ? [] : page.slice(from)
    },
    async keptFrom(place) {
      const [first] = await readFirst(place)
      return first?.seq ?? null
    },
  }
}

const lower = (one: Place, other: Place): Place => (other.after < one.after ? other : one)

const requestOf =
  (limit: number) =>
  ({ companyId, streamId, after }: Place): PageRequest => ({ companyId, streamId, after, limit })

const nameOf = ({ companyId, streamId }: StreamKey): string => `${companyId}:${streamId}`
