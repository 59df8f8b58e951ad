/** Phase of the process; `/readyz` and the drain read it. */
type Phase = 'connecting' | 'migrating' | 'ready' | 'draining'

export interface Lifecycle {
  phase: Phase
}
