import { hostname } from 'node:os'
import {
  defaultTextMapGetter,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { Context, Span as OpenSpan, SpanContext, Tracer } from '@opentelemetry/api'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Sampler } from '@opentelemetry/sdk-trace'
import type { BaseLogger } from 'pino'
import type { TraceSettings } from '../config/config.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { contextBytes } from './tracing.ts'
import type { Span, Tracing } from './tracing.ts'

/** Traces by OpenTelemetry, sent to a collector in batches (OTLP over HTTP, JSON). Only this file uses the library. */
export function createTracing(settings: TraceSettings, log: BaseLogger): Tracing {
  const { url, headers, sendEveryMs, serviceName, resourceAttributes } = settings
  logErrors(log)
  const provider = new TracerProvider({
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, headers }),
        scheduledDelayMillis: sendEveryMs,
      }),
    ],
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.instance.id': `${hostname()}:${process.pid}`,
        ...resourceAttributes,
        'service.name': serviceName,
      }),
    ),
  })
  const tracer = provider.getTracer('cafe-realtime')
  const recorded = (span: OpenSpan) => (span.isRecording() ? spanOf(tracer, span) : null)
  const propagator = new W3CTraceContextPropagator()
  return {
    request(name, sent) {
      const before = propagator.extract(ROOT_CONTEXT, sent, defaultTextMapGetter)
      return recorded(tracer.startSpan(name, { kind: SpanKind.SERVER }, before))
    },
    begin: (name, attributes) => recorded(tracer.startSpan(name, { attributes }, ROOT_CONTEXT)),
    follow(context, name, attributes) {
      const before = trace.setSpanContext(ROOT_CONTEXT, contextOf(context))
      return spanOf(tracer, tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes }, before))
    },
    async close() {
      try {
        await withTimeout(closeMs, provider.shutdown())
      } catch (error) {
        log.warn({ err: error }, 'the last traces could not be sent')
      }
    },
  }
}

/** Limit for the wait on a collector that does not accept the last spans. */
const closeMs = 1000
const kinds = { internal: SpanKind.INTERNAL, producer: SpanKind.PRODUCER }

function spanOf(tracer: Tracer, span: OpenSpan): Span {
  const within: Context = trace.setSpan(ROOT_CONTEXT, span)
  const { traceId } = span.spanContext()
  return {
    traceId,
    context: () => bytesOf(span.spanContext()),
    child: (name, kind, attributes = {}) =>
      spanOf(tracer, tracer.startSpan(name, { kind: kinds[kind], attributes }, within)),
    add: (attributes) => void span.setAttributes(attributes),
    end(failure) {
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      span.end()
    },
  }
}

function bytesOf({ traceId, spanId, traceFlags }: SpanContext): Buffer {
  const bytes = Buffer.allocUnsafe(contextBytes)
  bytes.write(traceId, 0, 'hex')
  bytes.write(spanId, 16, 'hex')
  bytes.writeUInt8(traceFlags, 24)
  return bytes
}

const contextOf = (bytes: Buffer): SpanContext => ({
  traceId: bytes.toString('hex', 0, 16),
  spanId: bytes.toString('hex', 16, 24),
  traceFlags: bytes.readUInt8(24),
  isRemote: true,
})

/** The samplers that OTEL_TRACES_SAMPLER can name (OpenTelemetry specification, SDK environment variables). */
function samplerOf({ sampler, samplerRatio }: TraceSettings): Sampler {
  const parentBased = (root: Sampler) => new ParentBasedSampler({ root })
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(samplerRatio)
    case 'parentbased_always_on':
      return parentBased(new AlwaysOnSampler())
    case 'parentbased_always_off':
      return parentBased(new AlwaysOffSampler())
    case 'parentbased_traceidratio':
      return parentBased(new TraceIdRatioBasedSampler(samplerRatio))
  }
}

/** Logs the messages of the library, above all that a collector does not answer. */
function logErrors(log: BaseLogger): void {
  setGlobalErrorHandler((error) => log.warn({ err: error }, 'traces cannot be sent'))
  const say = (message: string) => log.warn(`traces: ${message}`)
  const quiet = () => {}
  const logger = { error: say, warn: say, info: quiet, debug: quiet, verbose: quiet }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
