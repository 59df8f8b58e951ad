import type { IncomingHttpHeaders } from 'node:http'

/**
 * Attributes of a span; names follow the semantic conventions of OpenTelemetry, the service's own begin with `cafe.`.
 */
type Attributes = Record<string, string | number | string[] | undefined>

/** A running span: one step from a request to the sockets. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string
  /** The context from which another replica continues: id of the trace (16 bytes), id of the span (8), flags (1). */
  context(): Buffer
  /** Begins a span within this one. */
  child(name: string, kind: 'internal' | 'producer', attributes?: Attributes): Span
  add(attributes: Attributes): void
  /** Ends the span; a failed one with the reason. */
  end(failure?: string): void
}

/** Length of `context()`. */
export const contextBytes = 16 + 8 + 1

/** Traces changes from requests to the sockets. */
export interface Tracing {
  /**
   * Begins the span of a request; it continues the `traceparent` in the headers (W3C Trace Context).
   * @returns null when the request is not traced; then nothing that it causes is traced
   */
  request(name: string, headers: IncomingHttpHeaders): Span | null
  /**
   * Begins a trace that no request and no other replica has caused.
   * @returns null when it is not traced
   */
  begin(name: string, attributes: Attributes): Span | null
  /** Begins a span caused by the span of another replica. */
  follow(context: Buffer, name: string, attributes: Attributes): Span
  /** Sends the remaining spans, within a second; spans that the collector does not accept by then are lost. */
  close(): Promise<void>
}

/** Ends the span when the work is done; on an error it is marked as failed, with only the name of the error. */
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
