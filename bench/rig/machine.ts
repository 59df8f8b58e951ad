import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, release } from 'node:os'

/** The core that the measured server has for itself, and those of everybody else; null where there is but one. */
const cores =
  availableParallelism() > 1 && existsCommand('taskset')
    ? { server: '0', others: `1-${availableParallelism() - 1}` }
    : null

/** What stands before a command so that it runs on these cores. */
export const pinned = (which: 'server' | 'others'): string[] => (cores ? ['taskset', '-c', cores[which]] : [])

/** Binds this process, and all that it starts from here on unless told otherwise, to the cores of everybody else. */
export function pinSelf(): void {
  if (cores) execFileSync('taskset', ['-a', '-c', '-p', cores.others, `${process.pid}`], { stdio: 'ignore' })
}

/** Processor time of a process and everything it has started, in microseconds. */
export function cpuOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + ownCpuOf(one), 0)
}

/** Memory that a process and everything it has started hold, in bytes. */
export function memoryOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => {
    const [, kib] = /^VmRSS:\s+(\d+)/m.exec(text(`/proc/${one}/status`)) ?? []
    return sum + Number(kib ?? 0) * 1024
  }, 0)
}

function ownCpuOf(pid: number): number {
  let nanoseconds = 0
  for (const task of entries(`/proc/${pid}/task`)) {
    nanoseconds += Number(text(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] || 0)
  }
  return nanoseconds / 1000
}

function treeOf(pid: number): number[] {
  const found = [pid]
  // grows while it is walked
  for (const one of found) {
    for (const task of entries(`/proc/${one}/task`)) {
      found.push(...text(`/proc/${one}/task/${task}/children`).split(' ').filter(Boolean).map(Number))
    }
  }
  return found
}

/** Processor time of the whole machine in microseconds, as far as it is not idle or spent on interrupts. */
interface Standing {
  readonly at: number
  readonly busy: number
  readonly stolen: number
  readonly own: number
}

/** Begins to watch who else uses the machine. */
export function watchOthers(): () => Disturbance {
  const before = standing()
  return () => {
    const after = standing()
    const wall = (after.at - before.at) * availableParallelism()
    const other = Math.max(0, after.busy - before.busy - (after.own - before.own))
    return { others: other / wall, stolen: (after.stolen - before.stolen) / wall }
  }
}

/** Shares of all cores, between 0 and 1, that went to other programs and to other machines. */
export interface Disturbance {
  readonly others: number
  readonly stolen: number
}

/** A tick is 10 ms, so little is said of what is shorter. */
export const isDisturbed = ({ others, stolen }: Disturbance): boolean => others > 0.06 || stolen > 0.03

function standing(): Standing {
  const ticks = text('/proc/stat').split('\n')[0]!.trim().split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = ticks
  return {
    at: performance.now() * 1000,
    busy: (user + nice + system) * 10_000,
    stolen: stolen * 10_000,
    own: cpuOf(process.pid),
  }
}

/** What the machine is, for whoever reads the figures. */
export function describeMachine(): Record<string, string> {
  const [cpu] = cpus()
  const [, kib] = /^MemTotal:\s+(\d+)/m.exec(text('/proc/meminfo')) ?? []
  return {
    cpu: `${availableParallelism()} × ${cpu?.model ?? 'unknown'}`,
    memory: `${Math.round(Number(kib ?? 0) / 1024 / 1024)} GiB`,
    kernel: `Linux ${release()}`,
    node: process.version,
  }
}

function existsCommand(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Empty for what is no more. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
