import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Teardown } from '../support/teardown.ts'

/** A span as it arrives: OTLP, JSON encoding. */
export interface SentSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  status: { code?: number; message?: string }
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
}

interface Pair {
  key: string
  value: { stringValue?: string; intValue?: number; arrayValue?: { values: Pair['value'][] } }
}

interface Sent {
  resourceSpans: {
    resource: { attributes: Pair[] }
    scopeSpans: { spans: (Omit<SentSpan, 'attributes' | 'resource'> & { attributes: Pair[] })[] }[]
  }[]
}

/** Takes traces as a collector does, and keeps them. */
export async function startCollector(t: Teardown) {
  const spans: SentSpan[] = []
  const requests: { path: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      requests.push({ path: request.url!, headers: request.headers })
      spans.push(...spansIn(JSON.parse(Buffer.concat(pieces).toString()) as Sent))
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, requests }
}

const spansIn = ({ resourceSpans }: Sent): SentSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        ...span,
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource.attributes),
      })),
    ),
  )

const valuesOf = (pairs: Pair[]) => Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]))

const valueOf = ({ stringValue, intValue, arrayValue }: Pair['value']): unknown =>
  stringValue ?? intValue ?? arrayValue?.values.map(valueOf)
