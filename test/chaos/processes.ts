import { readdirSync, readFileSync } from 'node:fs'

/** Stops a process and everything it started, as a machine that hangs; parents first, so that none starts another. */
export function freeze(pid: number): void {
  signal(pid, 'SIGSTOP')
  for (const child of childrenOf(pid)) freeze(child)
}

/** Lets them go on. */
export function thaw(pid: number): void {
  for (const child of childrenOf(pid)) thaw(child)
  signal(pid, 'SIGCONT')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it has ended by itself
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => parentOf(pid) === parent).map(Number)
}

function parentOf(pid: string): number | undefined {
  try {
    // the name of the program stands in brackets and may hold anything
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
