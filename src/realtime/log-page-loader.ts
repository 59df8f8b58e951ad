import type { LogReader, PageRequest } from '../events/log-reader.ts'
import type { LoggedEvent } from '../events/log.ts'
import type { StreamKey } from '../events/stream-key.ts'
import { createBatchLoader } from '../lib/batch-loader.ts'

/** A place in a stream: right after an event number. */
interface Place extends StreamKey {
  readonly after: number
}

/** Reads the event log for many sockets at once: places close to each other share one read. */
export interface LogPageLoader {
  /**
   * Events after a place, in order. A page may be short although more events follow; only an empty page means that no
   * event follows the place.
   */
  pageAfter(place: Place): Promise<LoggedEvent[]>
  /**
   * Number of an event from which on the log is complete: the first one kept after the place, or an earlier one. Null
   * when the log keeps nothing.
   */
  keptFrom(place: Place): Promise<number | null>
}

const pagesTogether = 16
const firstsTogether = 1000
const queriesAtOnce = 2

/** @param pageSize limit of events per page */
export function createLogPageLoader(reader: Pick<LogReader, 'pages'>, pageSize: number): LogPageLoader {
  // numbers have no gaps, so a page from the lowest place holds the next events of all places in its range
  const readPage = createBatchLoader<Place, LoggedEvent[]>({
    ask: (places) => reader.pages(places.map(requestOf(pageSize))),
    keyOf: (place) => `${nameOf(place)}:${Math.floor(place.after / pageSize)}`,
    merge: lower,
    maxBatchSize: pagesTogether,
    maxConcurrent: queriesAtOnce,
  })
  // the first event kept after the lowest place of a stream shows for every other place whether the log reaches back to
  // it
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
