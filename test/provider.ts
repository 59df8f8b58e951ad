import { startProvider } from './support/services/provider.ts'

/**
 * Gives the test files of a run what they ask for; `npm test` starts it, with the folder of the run, and ends it by leaving. In a
 * process of its own: it holds half of the service, which only tests with a database need.
 */
const undo: (() => Promise<unknown>)[] = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => void end())
await startProvider(process.argv[2]!, (stop) => undo.push(stop))
process.send!('listening')

async function end(): Promise<void> {
  for (const step of undo.reverse()) {
    await step().catch((error: unknown) => console.error('clean-up:', error))
  }
  process.exit()
}
