import type { IncomingHttpHeaders } from 'node:http'

/** What is told of a span; names after the semantic conventions of OpenTelemetry, our own begin with `cafe.`. */
type Attributes = Record<string, string | number | string[] | undefined>

/** One step of the way from a request to the screens, while it is under way. */
export interface Span {
  /** 32 hex digits: the way that the step is part of. */
  readonly traceId: string
  /** What another replica goes on from: id of the trace (16 bytes), id of the span (8), flags (1). */
  context(): Buffer
  /** Begins a step within this one. */
  child(name: string, kind: 'internal' | 'producer', attributes?: Attributes): Span
  add(attributes: Attributes): void
  /** Ends it, where it failed with the reason. */
  end(failure?: string): void
}

/** Length of what `context()` gives. */
export const contextBytes = 16 + 8 + 1

/** Writes down how changes get from requests to the screens. */
export interface Tracing {
  /**
   * Begins the span of a request; it goes on from the `traceparent` among its headers (W3C Trace Context).
   * @returns null for one that is not to be traced; nothing that it causes is then
   */
  request(name: string, headers: IncomingHttpHeaders): Span | null
  /**
   * Begins a trace of work that no request and no other replica has led to.
   * @returns null where it is not to be traced
   */
  begin(name: string, attributes: Attributes): Span | null
  /** Begins a step that the span of another replica has led to. */
  follow(context: Buffer, name: string, attributes: Attributes): Span
  /** Sends what is left, within a second; what the collector does not take then is lost. */
  close(): Promise<void>
}

/** Ends the span of some work when that is over; as failed where it threw, with the kind of the error alone. */
export async function during<T>(span: Span | undefined, work: Promise<T>): Promise<T> {
  try {
    const result = await work
    span?.end()
    return result
  } catch (error) {
    span?.end((error as Error).name)
    throw error
  }
}
