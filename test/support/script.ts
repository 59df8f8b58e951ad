import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rigVariable } from './rig.ts'
import { buildService } from './runner.ts'
import type { Teardown } from './teardown.ts'

interface ScriptOptions {
  /** Says what went wrong, and gives the exit code. */
  onFault?: (error: unknown) => number
  /** Told of the first signal, which then ends nothing by itself; the next one does. */
  gently?: AbortController
}

/**
 * Runs a program of `npm run …` to its exit code, and takes down what it brought up, however it ends: last first, and all
 * of it.
 */
export async function runScript(
  work: (t: Teardown) => Promise<number>,
  { onFault = told, gently }: ScriptOptions = {},
): Promise<void> {
  const undo: (() => unknown)[] = []
  const cleanUp = async () => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        console.error('clean-up:', error)
      }
    }
  }
  const interrupt = () => {
    if (!gently || gently.signal.aborted) void cleanUp().then(() => process.exit(130))
    gently?.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const t = { teardown: (step: () => unknown) => void undo.push(step) }
  process.exitCode = await work(t).catch(onFault).finally(cleanUp)
}

function told(error: unknown): number {
  console.error(error)
  return 1
}

/** A folder for one run, which goes with it. */
export async function temporaryFolder(t: Teardown, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `cafe-${name}-`))
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Builds the service, so that `startService` finds it as in a test. */
export const bringRig = (t: Teardown, name: string): Promise<{ folder: string }> =>
  bringRigWith(t, name, async () => ({}))

/**
 * The same with servers beside it.
 * @param bring brings them while the service is built
 */
export async function bringRigWith<Servers extends object>(
  t: Teardown,
  name: string,
  bring: (folder: string) => Promise<Servers>,
): Promise<Servers & { folder: string }> {
  const folder = await temporaryFolder(t, name)
  const [servers, main] = await Promise.all([bring(folder), buildService(folder)])
  process.env[rigVariable] = JSON.stringify({ ...servers, main, folder })
  return { ...servers, folder }
}
