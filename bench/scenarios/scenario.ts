import type { Report } from '../report/report.ts'
import type { ServerKind } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'

export interface ScenarioOptions {
  /** Servers that can be measured here, ours first. */
  readonly kinds: readonly ServerKind[]
  readonly rounds: number
  readonly progress: (line: string) => void
}

export type Scenario = (stage: Stage, options: ScenarioOptions) => Promise<Report>
