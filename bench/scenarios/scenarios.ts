import { calmReport } from './calm.ts'
import { connectReport } from './connect.ts'
import { dropsReport } from './drops.ts'
import { fanoutReport, manyReport } from './flat-out.ts'
import { growthReport } from './growth.ts'
import { memoryReport } from './memory.ts'
import { ordersReport } from './orders.ts'
import type { Scenario } from './scenario.ts'

/** By the names of the command line, in the order they are run in. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  fanout: fanoutReport,
  many: manyReport,
  calm: calmReport,
  memory: memoryReport,
  connect: connectReport,
  orders: ordersReport,
  growth: growthReport,
  drops: dropsReport,
}
