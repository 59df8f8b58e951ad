import { connectReport } from './connect.ts'
import { fanoutReport, manyReport } from './flat-out.ts'
import { memoryReport } from './memory.ts'
import type { Scenario } from './scenario.ts'

/** By the names of the command line, in the order they are run in. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  fanout: fanoutReport,
  many: manyReport,
  memory: memoryReport,
  connect: connectReport,
}
