import type { BaseLogger } from 'pino'
import type { RealtimeMetrics } from './metrics.ts'

interface Deps {
  /** Milliseconds until the next check. */
  intervalMs: () => number
  check: () => Promise<void>
  log: BaseLogger
  metrics: RealtimeMetrics
}

/** Repeats a check, one run at a time, and runs it at once on request. */
export function createHeadPoller({ intervalMs, check, log, metrics }: Deps) {
  let timer: NodeJS.Timeout
  let checking = false
  let again = false
  let stopped = false
  let failing = false

  const run = async () => {
    if (checking) {
      again = true
      return
    }
    checking = true
    try {
      await check()
      metrics.headChecks.inc({ result: 'ok' })
      failing = false
    } catch (error) {
      metrics.headChecks.inc({ result: 'failed' })
      if (!failing && !stopped) log.warn({ err: error }, 'cannot compare streams with the log')
      failing = true
    }
    checking = false
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(run, again ? 0 : intervalMs()).unref()
    again = false
  }
  timer = setTimeout(run, intervalMs()).unref()

  return {
    /** Checks now, or right after the running check. */
    soon() {
      clearTimeout(timer)
      if (!stopped) void run()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
