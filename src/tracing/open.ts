import type { BaseLogger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Tracing } from './tracing.ts'

/** Tracing as set by OTEL_*; null when it is not set, and then the library is not even loaded. */
export async function openTracing({ traces }: Config, log: BaseLogger): Promise<Tracing | null> {
  if (!traces) return null
  const { createTracing } = await import('./opentelemetry.ts')
  return createTracing(traces, log)
}
