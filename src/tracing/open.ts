import type { BaseLogger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Tracing } from './tracing.ts'

/** What OTEL_* ask for; null where they ask for nothing, which then costs nothing, not even loading the library. */
export async function openTracing({ traces }: Config, log: BaseLogger): Promise<Tracing | null> {
  if (!traces) return null
  const { createTracing } = await import('./opentelemetry.ts')
  return createTracing(traces, log)
}
